#include "query/influxql_syntax.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"
#include "base/zone.h"
#include "query/annotated_csv.h"
#include "query/duration.h"

namespace inquest::query {
namespace {

using Expression = InfluxqlExpression;
using Kind = Expression::Kind;
constexpr int kDeepest = 100;  // parentheses and calls inside of each other
constexpr int kDeepestSubquery = 20;
constexpr size_t kMostStatements = 1'000;

struct Token {
  enum class Kind : uint8_t { End, Word, Quoted, String, Number, Integer, Duration, Regex, Sign, Bad };
  Kind kind = Kind::End;
  std::string text;
  size_t at = 0;
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // A slash begins a regular expression where one can stand: the parser knows.
  Token next(bool regex_allowed) {
    skip();
    Token token{Token::Kind::End, {}, at_};
    if (at_ >= text_.size()) return token;
    const char c = text_[at_];
    if (c == '"' || c == '\'') return quoted(c);
    if (c == '/' && regex_allowed) return regex();
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || (c == '.' && digit(at_ + 1))) return number();
    if (is_word(c)) {
      token.kind = Token::Kind::Word;
      while (at_ < text_.size() && is_word(text_[at_])) token.text += text_[at_++];
      return token;
    }
    token.kind = Token::Kind::Sign;
    for (const std::string_view sign : {"::", "<=", ">=", "<>", "!=", "=~", "!~"}) {
      if (text_.substr(at_).starts_with(sign)) token.text = sign;
    }
    if (token.text.empty()) token.text = std::string(1, c);
    at_ += token.text.size();
    return token;
  }

  // Where the next token is read from.
  size_t at() const { return at_; }
  void back_to(size_t at) { at_ = at; }

 private:
  bool digit(size_t at) const { return at < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at])) != 0; }

  void skip() {
    while (at_ < text_.size()) {
      if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
        ++at_;
      } else if (text_.substr(at_).starts_with("--")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_).starts_with("/*")) {
        const size_t end = text_.find("*/", at_);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  Token quoted(char quote) {
    Token token{quote == '"' ? Token::Kind::Quoted : Token::Kind::String, {}, at_};
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        const char next = text_[++at_];
        if (next == 'n') {
          token.text += '\n';
        } else if (next == '\\' || next == '"' || next == '\'') {
          token.text += next;
        } else {
          token.text += {'\\', next};
        }
      } else {
        token.text += text_[at_];
      }
    }
    if (at_ >= text_.size()) {
      if (quote == '\'') --token.at;
      token.kind = Token::Kind::Bad;
    } else {
      ++at_;
    }
    return token;
  }

  Token regex() {
    Token token{Token::Kind::Regex, {}, at_};
    for (++at_; at_ < text_.size() && text_[at_] != '/'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        if (text_[at_ + 1] != '/') token.text += '\\';
        ++at_;
      }
      token.text += text_[at_];
    }
    if (at_ >= text_.size()) {
      token.kind = Token::Kind::Bad;
    } else {
      ++at_;
    }
    return token;
  }

  Token number() {
    Token token{Token::Kind::Integer, {}, at_};
    while (digit(at_)) token.text += text_[at_++];
    if (at_ < text_.size() && text_[at_] == '.' && digit(at_ + 1)) {
      token.kind = Token::Kind::Number;
      token.text += text_[at_++];
      while (digit(at_)) token.text += text_[at_++];
      return token;
    }
    // "90s", "1h30m": units follow the digits at once.
    while (at_ < text_.size() && is_word(text_[at_])) {
      token.kind = Token::Kind::Duration;
      token.text += text_[at_++];
    }
    return token;
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::optional<Ns> influxql_duration(std::string text) {
  // "u" alone is microseconds here.
  for (size_t at = 0; at < text.size(); ++at) {
    const bool alone = text[at] == 'u' && (at + 1 == text.size() || text[at + 1] != 's');
    if (alone) text.insert(at + 1, "s");
  }
  const auto parsed = parse_duration(text);
  if (!parsed || parsed->months != 0) return std::nullopt;
  return parsed->ns;
}

InfluxqlPtr make(Kind kind, std::string text = {}, int64_t integer = 0, double number = 0) {
  auto out = std::make_unique<Expression>();
  out->kind = kind;
  out->text = std::move(text);
  out->integer = integer;
  out->number = number;
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), lexer_(text) { advance(); }

  Result<std::vector<InfluxqlStatement>> all() {
    std::vector<InfluxqlStatement> out;
    while (true) {
      while (sign(";")) advance();
      if (token_.kind == Token::Kind::End) break;
      if (out.size() >= kMostStatements) return fail(ErrorCode::Limit, "too many statements");
      auto statement = this->statement();
      if (!statement) return fail(statement.error());
      out.push_back(std::move(*statement));
      if (token_.kind != Token::Kind::End && !sign(";")) return found("; or the end");
    }
    return out;
  }

 private:
  void advance(bool regex_allowed = false) { token_ = lexer_.next(regex_allowed); }
  // The token again, as a regular expression.
  void again_as_regex() {
    if (!sign("/")) return;
    lexer_.back_to(token_.at);
    advance(true);
  }

  bool word(std::string_view name) const { return token_.kind == Token::Kind::Word && lower(token_.text) == name; }
  bool sign(std::string_view text) const { return token_.kind == Token::Kind::Sign && token_.text == text; }
  bool accept(std::string_view name) {
    if (!word(name)) return false;
    advance();
    return true;
  }
  bool accept_sign(std::string_view text) {
    if (!sign(text)) return false;
    advance();
    return true;
  }

  std::unexpected<Error> found(std::string_view expected) const {
    const std::string_view before = text_.substr(0, token_.at);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t start = before.rfind('\n');
    size_t column = start == std::string_view::npos ? token_.at : token_.at - start - 1;
    // InfluxDB's counting: the end stands one behind the text, and a string at what is before its quote.
    if (token_.kind == Token::Kind::End) ++column;
    if (token_.kind == Token::Kind::String && column > 0) --column;
    const std::string shown = token_.kind == Token::Kind::End ? "EOF" : printable(token_.text);
    return fail(ErrorCode::Malformed, fmt::format("error parsing query: found {}, expected {} at line {}, char {}",
                                                  shown, expected, line, column + 1));
  }

  Result<void> expect(std::string_view name) {
    if (accept(name)) return {};
    std::string upper(name);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return found(upper);
  }
  Result<void> expect_sign(std::string_view text) {
    if (accept_sign(text)) return {};
    return found(text);
  }

  Result<std::string> identifier() {
    if (token_.kind != Token::Kind::Word && token_.kind != Token::Kind::Quoted) return found("identifier");
    std::string out = token_.text;
    advance();
    return out;
  }

  Result<size_t> count() {
    const auto value = token_.kind == Token::Kind::Integer ? parse_int<size_t>(token_.text) : std::nullopt;
    if (!value) return found("integer");
    advance();
    return *value;
  }

  Result<InfluxqlStatement> statement() {
    if (accept("select")) return select();
    if (accept("show")) return show();
    if (accept("create")) {
      InfluxqlStatement out;
      out.kind = InfluxqlStatement::Kind::CreateDatabase;
      if (auto ok = expect("database"); !ok) return fail(ok.error());
      auto name = identifier();
      if (!name) return fail(name.error());
      out.database = std::move(*name);
      while (token_.kind != Token::Kind::End && !sign(";")) advance();  // WITH DURATION ...: all is kept equally long
      return out;
    }
    return found("SELECT, SHOW, CREATE");
  }

  Result<InfluxqlStatement> select() {
    InfluxqlStatement out;
    do {
      InfluxqlField field;
      auto value = expression(0);
      if (!value) return fail(value.error());
      field.value = std::move(*value);
      if (accept("as")) {
        auto alias = identifier();
        if (!alias) return fail(alias.error());
        field.alias = std::move(*alias);
      }
      out.fields.push_back(std::move(field));
    } while (accept_sign(","));
    if (auto ok = expect("from"); !ok) return fail(ok.error());
    if (auto ok = sources(out); !ok) return fail(ok.error());
    if (auto ok = tail(out); !ok) return fail(ok.error());
    return out;
  }

  Result<void> sources(InfluxqlStatement& out) {
    do {
      again_as_regex();
      InfluxqlSource source;
      if (sign("(")) {
        if (auto ok = subquery(source); !ok) return ok;
        out.sources.push_back(std::move(source));
        continue;
      }
      if (token_.kind == Token::Kind::Regex) {
        source.name = token_.text;
        source.is_regex = true;
        advance();
        out.sources.push_back(std::move(source));
        continue;
      }
      std::vector<std::string> parts;
      auto part = identifier();
      if (!part) return fail(part.error());
      parts.push_back(std::move(*part));
      while (sign(".") && parts.size() < 3) {
        advance(true);
        if (sign(".")) {  // db..measurement: the default policy
          parts.emplace_back();
          continue;
        }
        if (token_.kind == Token::Kind::Regex) {
          source.is_regex = true;
          parts.push_back(token_.text);
          advance();
          break;
        }
        auto next = identifier();
        if (!next) return fail(next.error());
        parts.push_back(std::move(*next));
      }
      source.name = parts.back();
      if (parts.size() == 2) source.policy = parts[0];
      if (parts.size() == 3) {
        source.database = parts[0];
        source.policy = parts[1];
      }
      out.sources.push_back(std::move(source));
    } while (accept_sign(","));
    return {};
  }

  Result<void> subquery(InfluxqlSource& out) {
    if (++depth_ > kDeepestSubquery) return fail(ErrorCode::Limit, "subqueries are nested too deep");
    advance();
    if (auto ok = expect("select"); !ok) return ok;
    auto inner = select();
    if (!inner) return fail(inner.error());
    --depth_;
    out.subquery = std::make_shared<InfluxqlStatement>(std::move(*inner));
    return expect_sign(")");
  }

  Result<void> tail(InfluxqlStatement& out) {
    if (accept("where")) {
      auto condition = expression(0);
      if (!condition) return fail(condition.error());
      out.condition = std::move(*condition);
    }
    if (accept("group")) {
      if (auto ok = expect("by"); !ok) return ok;
      if (auto ok = dimensions(out); !ok) return ok;
    }
    if (word("fill")) {
      if (auto ok = fill(out); !ok) return ok;
    }
    if (accept("order")) {
      if (auto ok = expect("by"); !ok) return ok;
      if (!word("time") && !word("asc") && !word("desc"))
        return fail(ErrorCode::Malformed, "error parsing query: only ORDER BY time supported at this time");
      accept("time");
      out.newest_first = accept("desc");
      accept("asc");
    }
    for (const auto& [name, slot] : {std::pair("limit", &out.limit), std::pair("offset", &out.start),
                                     std::pair("slimit", &out.series_limit), std::pair("soffset", &out.series_start)}) {
      if (!accept(name)) continue;
      auto value = count();
      if (!value) return fail(value.error());
      *slot = *value;
    }
    if (accept("tz")) {
      if (auto ok = expect_sign("("); !ok) return ok;
      if (token_.kind != Token::Kind::String) return found("string");
      out.zone = token_.text;
      if (!Zone::find(out.zone)) {
        return fail(ErrorCode::Malformed,
                    fmt::format("error parsing query: unable to find time zone {}", printable(out.zone)));
      }
      advance();
      if (auto ok = expect_sign(")"); !ok) return ok;
    }
    return {};
  }

  Result<void> dimensions(InfluxqlStatement& out) {
    do {
      again_as_regex();
      if (token_.kind == Token::Kind::Regex) {
        out.tag_regexes.push_back(token_.text);
        advance();
      } else if (accept_sign("*")) {
        out.all_tags = true;
      } else if (word("time")) {
        advance();
        if (!accept_sign("("))
          return fail(ErrorCode::Malformed, "time() is a function and expects at least one argument");
        if (sign(")")) return fail(ErrorCode::Malformed, "time dimension expected 1 or 2 arguments");
        if (token_.kind != Token::Kind::Duration) {
          return fail(ErrorCode::Malformed, "time dimension must have duration argument");
        }
        auto every = duration();
        if (!every) return fail(every.error());
        if (*every <= 0) return fail(ErrorCode::Malformed, "time dimension must have a positive duration");
        out.every = *every;
        if (accept_sign(",")) {
          const bool back = accept_sign("-");
          auto offset = duration();
          if (!offset) return fail(offset.error());
          out.offset = back ? -*offset : *offset;
        }
        if (auto ok = expect_sign(")"); !ok) return ok;
      } else {
        if (token_.kind == Token::Kind::End) return found("identifier, string, number, bool");
        auto tag = identifier();
        if (!tag) return fail(tag.error());
        if (accept_sign("::")) advance();
        out.tags.push_back(std::move(*tag));
      }
    } while (accept_sign(","));
    return {};
  }

  Result<Ns> duration() {
    const auto value = token_.kind == Token::Kind::Duration ? influxql_duration(token_.text) : std::nullopt;
    if (!value) return found("duration");
    advance();
    return *value;
  }

  Result<void> fill(InfluxqlStatement& out) {
    advance();
    if (auto ok = expect_sign("("); !ok) return ok;
    out.fill_given = true;
    const bool negative = accept_sign("-");
    if (accept("null")) {
      out.fill = InfluxqlStatement::Fill::Null;
    } else if (accept("none")) {
      out.fill = InfluxqlStatement::Fill::None;
    } else if (accept("previous")) {
      out.fill = InfluxqlStatement::Fill::Previous;
    } else if (accept("linear")) {
      out.fill = InfluxqlStatement::Fill::Linear;
    } else if (const auto value = parse_double(token_.text);
               value && (token_.kind == Token::Kind::Number || token_.kind == Token::Kind::Integer)) {
      out.fill = InfluxqlStatement::Fill::Number;
      out.fill_number = negative ? -*value : *value;
      advance();
    } else {
      return fail(ErrorCode::Malformed, "error parsing query: expected number argument in fill()");
    }
    return expect_sign(")");
  }

  Result<InfluxqlStatement> show() {
    InfluxqlStatement out;
    using Show = InfluxqlStatement::Kind;
    if (accept("databases")) {
      out.kind = Show::ShowDatabases;
      return out;
    }
    if (accept("measurements")) {
      out.kind = Show::ShowMeasurements;
    } else if (accept("measurement")) {
      if (auto ok = expect("cardinality"); !ok) return fail(ok.error());
      out.kind = Show::ShowMeasurementCardinality;
    } else if (accept("series")) {
      out.kind = accept("cardinality") ? Show::ShowSeriesCardinality : Show::ShowSeries;
    } else if (accept("retention")) {
      if (auto ok = expect("policies"); !ok) return fail(ok.error());
      out.kind = Show::ShowRetentionPolicies;
    } else if (accept("field")) {
      if (auto ok = expect("keys"); !ok) return fail(ok.error());
      out.kind = Show::ShowFieldKeys;
    } else if (accept("tag")) {
      out.kind = word("values") ? Show::ShowTagValues : Show::ShowTagKeys;
      if (!accept("values") && !accept("keys")) return found("KEYS, VALUES");
    } else {
      return found("DATABASES, FIELD, MEASUREMENT, MEASUREMENTS, RETENTION, SERIES, TAG");
    }
    if (accept("on")) {
      auto name = identifier();
      if (!name) return fail(name.error());
      out.database = std::move(*name);
    }
    if (accept("from")) {
      if (auto ok = sources(out); !ok) return fail(ok.error());
    }
    if (accept("with")) {
      if (auto ok = with(out); !ok) return fail(ok.error());
    }
    if (auto ok = tail(out); !ok) return fail(ok.error());
    return out;
  }

  // WITH MEASUREMENT = name, WITH KEY = key, WITH KEY IN (a, b), and with =~.
  Result<void> with(InfluxqlStatement& out) {
    const bool measurement = accept("measurement");
    if (!measurement) {
      if (auto ok = expect("key"); !ok) return ok;
    }
    if (accept("in")) {
      if (auto ok = expect_sign("("); !ok) return ok;
      do {
        auto key = identifier();
        if (!key) return fail(key.error());
        out.keys.push_back(std::move(*key));
      } while (accept_sign(","));
      return expect_sign(")");
    }
    const bool regex = sign("=~") || sign("!~");
    out.other_keys = sign("!=") || sign("<>") || sign("!~");
    if (!regex && !sign("=") && !out.other_keys) return found("=, !=, =~, !~, IN");
    if (measurement && out.other_keys) return found("=, =~");
    advance(regex);
    if (regex) {
      if (token_.kind != Token::Kind::Regex) return found("regex");
      if (measurement) {
        out.sources.push_back({{}, {}, token_.text, true, {}});
      } else {
        out.key = make(Kind::Regex, token_.text);
      }
      advance();
      return {};
    }
    auto name = identifier();
    if (!name) return fail(name.error());
    if (measurement) {
      out.sources.push_back({{}, {}, std::move(*name), false, {}});
    } else {
      out.keys.push_back(std::move(*name));
    }
    return {};
  }

  // How tightly an operator binds; 0 for what is none.
  int precedence() const {
    if (word("or")) return 1;
    if (word("and")) return 2;
    if (token_.kind != Token::Kind::Sign) return 0;
    const std::string& text = token_.text;
    if (text == "=" || text == "!=" || text == "<>" || text == "<" || text == "<=" || text == ">" || text == ">=" ||
        text == "=~" || text == "!~") {
      return 3;
    }
    if (text == "+" || text == "-" || text == "|" || text == "^") return 4;
    if (text == "*" || text == "/" || text == "%" || text == "&") return 5;
    return 0;
  }

  Result<InfluxqlPtr> expression(int least) {
    auto left = operand();
    if (!left) return left;
    while (true) {
      const int binds = precedence();
      if (binds == 0 || binds <= least) return left;
      std::string op = lower(token_.text);
      if (op == "<>") op = "!=";
      advance(op == "=~" || op == "!~");
      auto right = expression(binds);
      if (!right) return right;
      auto both = make(Kind::Binary, std::move(op));
      both->operands.push_back(std::move(*left));
      both->operands.push_back(std::move(*right));
      if (++size_ > 10'000) return fail(ErrorCode::Limit, "the expression is too long");
      left = std::move(both);
    }
  }

  Result<InfluxqlPtr> operand() {
    if (++depth_ > kDeepest) return fail(ErrorCode::Limit, "the expression is nested too deep");
    auto out = primary();
    --depth_;
    return out;
  }

  Result<InfluxqlPtr> primary() {
    again_as_regex();
    if (accept_sign("(")) {
      auto inner = expression(0);
      if (!inner) return inner;
      if (auto ok = expect_sign(")"); !ok) return fail(ok.error());
      return inner;
    }
    if (accept_sign("-")) {
      auto inner = operand();
      if (!inner) return inner;
      if ((*inner)->kind == Kind::Number || (*inner)->kind == Kind::Integer || (*inner)->kind == Kind::Duration) {
        (*inner)->number = -(*inner)->number;
        (*inner)->integer = -(*inner)->integer;
        return inner;
      }
      auto product = make(Kind::Binary, "*");
      product->operands.push_back(make(Kind::Integer, {}, -1));
      product->operands.push_back(std::move(*inner));
      return product;
    }
    accept_sign("+");
    const Token token = token_;
    switch (token.kind) {
      case Token::Kind::Number: advance(); return make(Kind::Number, {}, 0, parse_double(token.text).value_or(0));
      case Token::Kind::Integer: {
        const auto value = parse_int<int64_t>(token.text);
        if (!value) return found("a number that fits");
        advance();
        return make(Kind::Integer, {}, *value, static_cast<double>(*value));
      }
      case Token::Kind::Duration: {
        const auto value = influxql_duration(token.text);
        if (!value) return found("duration");
        advance();
        return make(Kind::Duration, {}, *value);
      }
      case Token::Kind::String: advance(); return make(Kind::String, token.text);
      case Token::Kind::Regex: advance(); return make(Kind::Regex, token.text);
      case Token::Kind::Word:
      case Token::Kind::Quoted: return name_or_call(token);
      default: break;
    }
    if (accept_sign("*")) {
      auto out = make(Kind::Wildcard);
      if (auto ok = cast(*out); !ok) return fail(ok.error());
      return out;
    }
    return found("identifier, string, number, bool");
  }

  Result<void> cast(Expression& out) {
    if (!accept_sign("::")) return {};
    auto name = identifier();
    if (!name) return fail(name.error());
    out.cast = lower(*name);
    return {};
  }

  Result<InfluxqlPtr> name_or_call(const Token& token) {
    static constexpr std::string_view kReserved[] = {"from", "where", "group", "order", "limit", "select", "as", "by"};
    const bool bare = token.kind == Token::Kind::Word;
    if (bare && std::ranges::find(kReserved, lower(token.text)) != std::end(kReserved)) {
      return found("identifier, string, number, bool");
    }
    advance();
    if (bare && (lower(token.text) == "true" || lower(token.text) == "false")) {
      return make(Kind::Boolean, {}, lower(token.text) == "true" ? 1 : 0);
    }
    if (bare && lower(token.text) == "distinct" && token_.kind != Token::Kind::End && !sign("(")) {
      auto field = identifier();
      if (!field) return fail(field.error());
      auto call = make(Kind::Call, "distinct");
      call->operands.push_back(make(Kind::Name, std::move(*field)));
      return call;
    }
    if (!bare || !sign("(")) {
      auto out = make(Kind::Name, token.text);
      if (auto ok = cast(*out); !ok) return fail(ok.error());
      return out;
    }
    advance();
    auto call = make(Kind::Call, lower(token.text));
    if (!sign(")")) {
      do {
        auto argument = expression(0);
        if (!argument) return argument;
        call->operands.push_back(std::move(*argument));
      } while (accept_sign(","));
    }
    if (auto ok = expect_sign(")"); !ok) return fail(ok.error());
    if (call->text == "now") return make(Kind::Now);
    return call;
  }

  std::string_view text_;
  Lexer lexer_;
  Token token_;
  int depth_ = 0;
  int size_ = 0;
};

}  // namespace

Result<std::vector<InfluxqlStatement>> parse_influxql(std::string_view text) { return Parser(text).all(); }

}  // namespace inquest::query
