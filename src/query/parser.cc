#include "query/parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "query/lexer.h"
#include "query/literal.h"

namespace inquest::query {
namespace {

// Each level is a few frames of this parser, and of what walks over the tree afterwards.
constexpr uint32_t kDeepest = 400;

struct BinaryOperator {
  std::string_view text;
  Operator op;
  int binding;
};

// From the loosest to the tightest: comparisons, sums, products, powers.
constexpr std::array kBinary = {
    BinaryOperator{"==", Operator::Equal, 1},   BinaryOperator{"!=", Operator::NotEqual, 1},
    BinaryOperator{"<", Operator::Less, 1},     BinaryOperator{"<=", Operator::LessEqual, 1},
    BinaryOperator{">", Operator::Greater, 1},  BinaryOperator{">=", Operator::GreaterEqual, 1},
    BinaryOperator{"=~", Operator::Match, 1},   BinaryOperator{"!~", Operator::NotMatch, 1},
    BinaryOperator{"+", Operator::Add, 2},      BinaryOperator{"-", Operator::Subtract, 2},
    BinaryOperator{"*", Operator::Multiply, 3}, BinaryOperator{"/", Operator::Divide, 3},
    BinaryOperator{"%", Operator::Modulo, 3},   BinaryOperator{"^", Operator::Power, 4},
};
constexpr int kTightest = 4;

constexpr std::array kKeywords = {"and",    "or",     "not",    "exists",  "if",      "then",     "else",
                                  "return", "import", "option", "package", "builtin", "testcase", "with"};

bool is_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

// What stands there, for messages.
std::string shown(const Token& token) {
  switch (token.kind) {
    case TokenKind::End: return "the end of the query";
    case TokenKind::StringStart:
    case TokenKind::StringPiece:
    case TokenKind::StringEnd: return "a string";
    default: return fmt::format("`{}`", ellipsis(printable(token.text), 40));
  }
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Program> run() {
    Program program;
    while (symbol("@")) skip_attribute();
    if (word("package")) {
      ++pos_;
      program.package = std::string(expect_name("the package's name").view());
    }
    while (!error_ && word("import")) program.imports.push_back(import());
    while (!error_ && peek().kind != TokenKind::End) program.statements.push_back(statement());
    if (error_) return fail(std::move(*error_));
    return program;
  }

 private:
  // --- Tokens. After the first error the parser stands on the end, where every loop stops.

  const Token& peek(size_t ahead = 0) const {
    if (error_) return tokens_.back();
    return tokens_[std::min(pos_ + ahead, tokens_.size() - 1)];
  }
  bool symbol(std::string_view text) const { return peek().kind == TokenKind::Symbol && peek().text == text; }
  bool word(std::string_view text) const { return peek().kind == TokenKind::Identifier && peek().text == text; }
  bool accept(std::string_view text) {
    if (!symbol(text)) return false;
    ++pos_;
    return true;
  }
  bool accept_word(std::string_view text) {
    if (!word(text)) return false;
    ++pos_;
    return true;
  }
  void fault(Location at, std::string_view message, ErrorCode code = ErrorCode::Malformed) {
    if (!error_) error_ = error_at(at, code, message);
  }
  void expected(std::string_view what) { fault(peek().at, fmt::format("expected {}, found {}", what, shown(peek()))); }
  void expect(std::string_view text) {
    if (!accept(text)) expected(fmt::format("`{}`", text));
  }
  void expect_word(std::string_view text) {
    if (!accept_word(text)) expected(fmt::format("`{}`", text));
  }
  Text expect_name(std::string_view what) {
    if (peek().kind != TokenKind::Identifier || is_keyword(peek().text)) {
      expected(what);
      return {};
    }
    return Text(tokens_[pos_++].text);
  }

  // --- Statements.

  void skip_attribute() {
    ++pos_;
    expect_name("an attribute");
    if (!symbol("(")) return;
    const uint32_t closing = peek().closing;
    if (closing == 0) {
      expected("an attribute that ends in `)`");
    } else {
      pos_ = closing + 1;
    }
  }

  Import import() {
    Import out;
    out.at = peek().at;
    ++pos_;
    if (peek().kind == TokenKind::Identifier) out.alias = std::string(expect_name("a name or a string").view());
    if (peek().kind != TokenKind::StringStart) {
      expected("the package's path as a string");
      return out;
    }
    out.path = plain_string();
    if (out.alias.empty()) out.alias = out.path.substr(out.path.rfind('/') + 1);
    return out;
  }

  Statement statement() {
    while (symbol("@")) skip_attribute();
    Statement out;
    out.at = peek().at;
    if (word("builtin")) {
      fault(out.at, "`builtin` belongs into the language's own packages", ErrorCode::Unsupported);
      return out;
    }
    if (word("import")) {
      fault(out.at, "imports stand in front of all else");
      return out;
    }
    if (word("option")) return option();
    if (word("return")) {
      ++pos_;
      out.kind = Statement::Kind::Return;
      out.value = expression();
      return out;
    }
    if (word("testcase") && peek(1).kind == TokenKind::Identifier) return test_case();
    if (peek().kind == TokenKind::Identifier && !is_keyword(peek().text) && peek(1).kind == TokenKind::Symbol &&
        peek(1).text == "=") {
      out.kind = Statement::Kind::Variable;
      out.name = Text(peek().text);
      pos_ += 2;
      out.value = expression();
      return out;
    }
    out.value = expression();
    return out;
  }

  Statement option() {
    Statement out;
    out.kind = Statement::Kind::Option;
    out.at = peek().at;
    ++pos_;
    out.name = expect_name("the option's name");
    if (accept(".")) {
      out.package = out.name;
      out.name = expect_name("the option's name");
    }
    expect("=");
    out.value = expression();
    return out;
  }

  Statement test_case() {
    Statement out;
    out.kind = Statement::Kind::TestCase;
    out.at = peek().at;
    ++pos_;
    out.name = expect_name("the name of the test case");
    if (word("extends")) {
      fault(peek().at, "a test case that extends another is not supported", ErrorCode::Unsupported);
      return out;
    }
    out.body = block();
    return out;
  }

  std::vector<Statement> block() {
    std::vector<Statement> out;
    expect("{");
    const Nesting nesting(*this);
    while (!error_ && !symbol("}")) {
      if (peek().kind == TokenKind::End) {
        expected("`}`");
        break;
      }
      out.push_back(statement());
    }
    expect("}");
    return out;
  }

  // --- Expressions.

  // Counts how deep the text nests, which bounds this parser's own recursion.
  class Nesting {
   public:
    explicit Nesting(Parser& parser) : parser_(parser) {
      if (++parser_.nesting_ > kDeepest / 2) parser_.fault(parser_.peek().at, "nested too deep", ErrorCode::Limit);
    }
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };

  ExpressionPtr make(Expression::Kind kind, Location at) {
    auto out = std::make_unique<Expression>();
    out->kind = kind;
    out->at = at;
    return out;
  }

  // Counts how deep the tree is, which bounds the recursion of what walks over it: chains nest without brackets.
  void adopt(Expression& parent, ExpressionPtr child) {
    parent.depth = std::max(parent.depth, child->depth + 1);
    if (parent.depth > kDeepest) fault(parent.at, "the expression is too long a chain", ErrorCode::Limit);
    parent.operands.push_back(std::move(child));
  }

  ExpressionPtr expression() {
    const Nesting nesting(*this);
    if (error_) return make(Expression::Kind::Literal, peek().at);
    if (!word("if")) return either();
    auto out = make(Expression::Kind::Conditional, peek().at);
    ++pos_;
    adopt(*out, expression());
    expect_word("then");
    adopt(*out, expression());
    expect_word("else");
    adopt(*out, expression());
    return out;
  }

  ExpressionPtr either() {
    auto first = both();
    if (!word("or")) return first;
    auto out = make(Expression::Kind::Or, first->at);
    adopt(*out, std::move(first));
    while (accept_word("or")) adopt(*out, both());
    return out;
  }

  ExpressionPtr both() {
    auto first = inverse();
    if (!word("and")) return first;
    auto out = make(Expression::Kind::And, first->at);
    adopt(*out, std::move(first));
    while (accept_word("and")) adopt(*out, inverse());
    return out;
  }

  ExpressionPtr inverse() {
    if (!word("not") && !word("exists")) return binary(1);
    const Nesting nesting(*this);
    if (error_) return make(Expression::Kind::Literal, peek().at);
    auto out = make(word("not") ? Expression::Kind::Not : Expression::Kind::Exists, peek().at);
    ++pos_;
    adopt(*out, inverse());
    return out;
  }

  const BinaryOperator* binary_operator(int binding) const {
    if (peek().kind != TokenKind::Symbol) return nullptr;
    const auto it = std::find_if(kBinary.begin(), kBinary.end(), [&](const BinaryOperator& candidate) {
      return candidate.binding == binding && candidate.text == peek().text;
    });
    return it == kBinary.end() ? nullptr : &*it;
  }

  ExpressionPtr binary(int binding) {
    if (binding > kTightest) return piped();
    auto left = binary(binding + 1);
    while (const BinaryOperator* found = binary_operator(binding)) {
      auto out = make(Expression::Kind::Binary, peek().at);
      out->op = found->op;
      ++pos_;
      adopt(*out, std::move(left));
      adopt(*out, binary(binding + 1));
      left = std::move(out);
    }
    return left;
  }

  ExpressionPtr piped() {
    auto left = signed_operand();
    while (accept("|>")) {
      auto call = signed_operand();
      if (call->kind != Expression::Kind::Call || call->operands.size() != 1) {
        fault(call->at, "expected a call behind `|>`");
        return left;
      }
      adopt(*call, std::move(left));
      left = std::move(call);
    }
    return left;
  }

  ExpressionPtr signed_operand() {
    accept("+");
    if (!symbol("-")) {
      auto operand = postfix();
      if (operand->kind == Expression::Kind::Literal && operand->literal.is(Type::Uint)) {
        fault(operand->at, "the integer does not fit in 64 bits");
      }
      return operand;
    }
    const Nesting nesting(*this);
    if (error_) return make(Expression::Kind::Literal, peek().at);
    auto out = make(Expression::Kind::Negate, peek().at);
    ++pos_;
    auto operand = symbol("-") ? signed_operand() : postfix();
    // A negative literal is one value: the smallest integer has no positive twin.
    if (operand->kind == Expression::Kind::Literal) {
      if (auto negated = negative_literal(operand->literal)) {
        operand->literal = std::move(*negated);
        operand->at = out->at;
        return operand;
      }
    }
    adopt(*out, std::move(operand));
    return out;
  }

  ExpressionPtr postfix() {
    auto left = primary();
    while (!error_) {
      if (symbol("(")) {
        auto out = make(Expression::Kind::Call, left->at);
        ++pos_;
        adopt(*out, std::move(left));
        properties(*out, ")");
        expect(")");
        left = std::move(out);
      } else if (symbol(".") && peek(1).kind == TokenKind::Identifier) {
        auto out = make(Expression::Kind::Member, left->at);
        ++pos_;
        out->name = Text(tokens_[pos_++].text);
        adopt(*out, std::move(left));
        left = std::move(out);
      } else if (symbol("[")) {
        left = index(std::move(left));
      } else {
        break;
      }
    }
    return left;
  }

  ExpressionPtr index(ExpressionPtr of) {
    auto out = make(Expression::Kind::Index, of->at);
    ++pos_;
    auto place = expression();
    expect("]");
    if (place->kind == Expression::Kind::Literal && place->literal.is(Type::String)) {
      out->kind = Expression::Kind::Member;
      out->name = place->literal.as_text();
      adopt(*out, std::move(of));
      return out;
    }
    adopt(*out, std::move(of));
    adopt(*out, std::move(place));
    return out;
  }

  ExpressionPtr primary() {
    const Token& token = peek();
    auto out = make(Expression::Kind::Literal, token.at);
    switch (token.kind) {
      case TokenKind::StringStart: return string();
      case TokenKind::Int:
      case TokenKind::Float:
      case TokenKind::Duration:
      case TokenKind::Time:
      case TokenKind::Regexp: {
        auto value = read_literal(token);
        if (!value) {
          fault(token.at, value.error().message, value.error().code);
        } else {
          out->literal = std::move(*value);
        }
        ++pos_;
        return out;
      }
      case TokenKind::Identifier:
        if (is_keyword(token.text) && token.text != "with") break;
        ++pos_;
        if (token.text == "true" || token.text == "false") {
          out->literal = Value::boolean(token.text == "true");
          return out;
        }
        out->kind = Expression::Kind::Identifier;
        out->name = Text(token.text);
        return out;
      case TokenKind::Symbol:
        if (token.text == "(") return parenthesis();
        if (token.text == "[") return bracket();
        if (token.text == "{") return record();
        if (token.text == "." && peek(1).kind == TokenKind::Identifier) {  // a label
          ++pos_;
          out->literal = Value::string(tokens_[pos_++].text);
          return out;
        }
        break;
      default: break;
    }
    expected("an expression");
    return out;
  }

  ExpressionPtr parenthesis() {
    const uint32_t closing = peek().closing;
    const bool function =
        closing != 0 && tokens_[closing + 1].kind == TokenKind::Symbol && tokens_[closing + 1].text == "=>";
    if (function) return this->function();
    ++pos_;
    auto out = expression();
    expect(")");
    return out;
  }

  ExpressionPtr function() {
    auto out = make(Expression::Kind::Function, peek().at);
    ++pos_;
    while (!error_ && !symbol(")")) {
      Property parameter;
      parameter.at = peek().at;
      if (accept("<-")) {
        parameter.pipe = true;
        parameter.name = peek().kind == TokenKind::Identifier ? expect_name("a parameter") : Text("<-");
      } else {
        parameter.name = expect_name("a parameter");
        if (accept("=")) {
          parameter.pipe = accept("<-");
          if (!parameter.pipe) parameter.value = child_of(*out);
        }
      }
      out->properties.push_back(std::move(parameter));
      if (!accept(",")) break;
    }
    expect(")");
    expect("=>");
    if (!symbol("{")) {
      adopt(*out, expression());
      return out;
    }
    const Location at = peek().at;
    out->body = block();
    if (out->body.empty() || out->body.back().kind != Statement::Kind::Return) {
      fault(at, "a function in braces must end in `return`");
    }
    for (const Statement& statement : out->body) {
      if (statement.value) out->depth = std::max(out->depth, statement.value->depth + 1);
    }
    return out;
  }

  // An expression that belongs to `parent`, though not among its operands.
  ExpressionPtr child_of(Expression& parent) {
    auto out = expression();
    parent.depth = std::max(parent.depth, out->depth + 1);
    if (parent.depth > kDeepest) fault(parent.at, "nested too deep", ErrorCode::Limit);
    return out;
  }

  ExpressionPtr bracket() {
    auto out = make(Expression::Kind::Array, peek().at);
    ++pos_;
    if (accept(":")) {
      out->kind = Expression::Kind::Dict;
      expect("]");
      return out;
    }
    while (!error_ && !symbol("]")) {
      auto first = child_of(*out);
      if (accept(":")) {
        if (!out->operands.empty()) fault(first->at, "an array cannot have a key");
        out->kind = Expression::Kind::Dict;
        auto value = child_of(*out);
        out->entries.push_back({std::move(first), std::move(value)});
      } else if (out->kind == Expression::Kind::Dict) {
        expected("`:`");
      } else {
        out->operands.push_back(std::move(first));
      }
      if (!accept(",")) break;
    }
    expect("]");
    return out;
  }

  ExpressionPtr record() {
    auto out = make(Expression::Kind::Record, peek().at);
    ++pos_;
    if (peek().kind == TokenKind::Identifier && peek(1).kind == TokenKind::Identifier && peek(1).text == "with") {
      auto base = make(Expression::Kind::Identifier, peek().at);
      base->name = expect_name("a record");
      ++pos_;
      adopt(*out, std::move(base));
    }
    properties(*out, "}");
    expect("}");
    return out;
  }

  // `name: value, other`, where a name alone stands for the variable of that name.
  void properties(Expression& owner, std::string_view end) {
    while (!error_ && !symbol(end)) {
      Property property;
      property.at = peek().at;
      const bool quoted = peek().kind == TokenKind::StringStart;
      property.name = quoted ? Text(plain_string()) : expect_property();
      if (accept(":")) {
        property.value = child_of(owner);
      } else if (quoted) {
        expected("`:`");
      } else {
        property.value = make(Expression::Kind::Identifier, property.at);
        property.value->name = property.name;
      }
      owner.properties.push_back(std::move(property));
      if (!accept(",")) break;
    }
  }

  // Keywords are names there too: `{if: 1}`.
  Text expect_property() {
    if (peek().kind == TokenKind::Identifier) return Text(tokens_[pos_++].text);
    expected("a name");
    return {};
  }

  ExpressionPtr string() {
    auto out = make(Expression::Kind::Interpolation, peek().at);
    bool interpolated = false;
    std::string text;
    const auto flush = [&] {
      if (text.empty()) return;
      auto piece = make(Expression::Kind::Literal, out->at);
      piece->literal = Value::string(std::exchange(text, {}));
      adopt(*out, std::move(piece));
    };
    ++pos_;
    while (!error_ && peek().kind != TokenKind::StringEnd) {
      if (peek().kind == TokenKind::StringPiece) {
        append_piece(text);
        continue;
      }
      interpolated = true;
      flush();
      ++pos_;  // "${"
      adopt(*out, expression());
      if (peek().kind != TokenKind::InterpolationEnd) expected("`}`");
      ++pos_;
    }
    ++pos_;
    if (interpolated) {
      flush();
      return out;
    }
    out->kind = Expression::Kind::Literal;
    out->literal = Value::string(text);
    return out;
  }

  void append_piece(std::string& text) {
    auto piece = unescape(peek().text);
    if (!piece) {
      fault(peek().at, piece.error().message);
      return;
    }
    text += *piece;
    ++pos_;
  }

  // A string that names something.
  std::string plain_string() {
    std::string text;
    ++pos_;
    while (!error_ && peek().kind == TokenKind::StringPiece) append_piece(text);
    if (peek().kind != TokenKind::StringEnd) expected("a string without `${`");
    ++pos_;
    return text;
  }

  std::vector<Token> tokens_;
  size_t pos_ = 0;
  uint32_t nesting_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Program> parse(std::string_view text, Places places) {
  auto tokens = lex(text);
  if (!tokens) return fail(std::move(tokens).error());
  if (places == Places::Hidden) {
    for (Token& token : *tokens) token.at = {};
  }
  return Parser(std::move(*tokens)).run();
}

std::string_view to_string(Operator op) {
  for (const BinaryOperator& candidate : kBinary) {
    if (candidate.op == op) return candidate.text;
  }
  return "";
}

}  // namespace inquest::query
