#include "query/json_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "query/json_text.h"
#include "query/unicode.h"

namespace inquest::query {
namespace {

constexpr int kDeepest = 100;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Value> document() {
    auto out = value(0);
    if (!out) return out;
    skip();
    if (at_ < text_.size()) return bad("something behind the value");
    return out;
  }

 private:
  std::unexpected<Error> bad(std::string_view what) const {
    return std::unexpected(
        Error{ErrorCode::Malformed, fmt::format("invalid JSON at byte {}: {}", at_, what), {}, 0, 0});
  }
  void skip() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool accept(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool accept(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Result<Value> value(int depth) {
    if (depth > kDeepest) return fail(ErrorCode::Limit, "the JSON is nested too deep");
    skip();
    if (at_ >= text_.size()) return bad("a value is missing");
    if (accept('{')) return object(depth);
    if (accept('[')) return array(depth);
    if (text_[at_] == '"') {
      auto out = text();
      if (!out) return fail(out.error());
      return Value::string(*out);
    }
    if (accept("true")) return Value::boolean(true);
    if (accept("false")) return Value::boolean(false);
    if (accept("null")) return Value();
    double number = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), number);
    const bool digit = text_[at_] == '-' || (text_[at_] >= '0' && text_[at_] <= '9');
    if (!digit || error != std::errc{} || !std::isfinite(number)) return bad("no value");
    at_ += static_cast<size_t>(end - begin);
    return Value::floating(number);
  }

  Result<Value> object(int depth) {
    std::vector<Record::Field> fields;
    if (accept('}')) return Value::record(std::move(fields));
    do {
      skip();
      auto name = text();
      if (!name) return fail(name.error());
      if (!accept(':')) return bad("a colon is missing");
      auto of = value(depth + 1);
      if (!of) return of;
      fields.emplace_back(Text(*name), std::move(*of));
    } while (accept(','));
    if (!accept('}')) return bad("a brace is missing");
    return Value::record(std::move(fields));
  }

  Result<Value> array(int depth) {
    std::vector<Value> out;
    if (accept(']')) return Value::array(std::move(out));
    do {
      auto of = value(depth + 1);
      if (!of) return of;
      out.push_back(std::move(*of));
    } while (accept(','));
    if (!accept(']')) return bad("a bracket is missing");
    return Value::array(std::move(out));
  }

  std::optional<char32_t> hex4() {
    if (at_ + 4 > text_.size()) return std::nullopt;
    unsigned value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, begin + 4, value, 16);
    if (error != std::errc{} || end != begin + 4) return std::nullopt;
    at_ += 4;
    return value;
  }

  Result<std::string> text() {
    if (at_ >= text_.size() || text_[at_] != '"') return bad("a string is missing");
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] != '\\') {
        out += text_[at_];
        continue;
      }
      if (++at_ >= text_.size()) break;
      constexpr std::string_view kNames = "\"\\/bfnrt";
      constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
      if (const size_t place = kNames.find(text_[at_]); place != std::string_view::npos) {
        out += kMeant[place];
        continue;
      }
      if (text_[at_] != 'u') return bad("no escape");
      ++at_;
      auto point = hex4();
      if (!point) return bad("no escape");
      if (*point >= 0xD800 && *point < 0xDC00 && accept("\\u")) {
        const auto low = hex4();
        if (!low || *low < 0xDC00 || *low > 0xDFFF) return bad("half a character");
        point = 0x10000 + ((*point - 0xD800) << 10) + (*low - 0xDC00);
      }
      append_utf8(*point >= 0xD800 && *point <= 0xDFFF ? U'\uFFFD' : *point, out);
      --at_;  // the loop goes on
    }
    if (at_ >= text_.size()) return bad("a string does not end");
    ++at_;
    return out;
  }

  std::string_view text_;
  size_t at_ = 0;
};

Result<void> put(const Value& value, int depth, std::string& out) {
  if (depth > kDeepest) return fail(ErrorCode::Limit, "the value is nested too deep");
  if (value.is_null()) {
    out += "null";
    return {};
  }
  switch (value.type()) {
    case Type::Bool: out += value.as_bool() ? "true" : "false"; return {};
    case Type::Float:
      if (!std::isfinite(value.as_float())) return fail(ErrorCode::Malformed, "JSON has no such number");
      put_json_number(value.as_float(), out);
      return {};
    case Type::Int:
    case Type::Uint: out += *to_text(value); return {};
    case Type::String: put_json_text(value.as_string(), out); return {};
    case Type::Time:
    case Type::Duration: put_json_text(*to_text(value), out); return {};
    case Type::Dynamic: return put(value.as_dynamic(), depth + 1, out);
    case Type::Array: {
      out += '[';
      bool first = true;
      for (const Value& each : value.as_array().values()) {
        if (!std::exchange(first, false)) out += ',';
        if (auto ok = put(each, depth + 1, out); !ok) return ok;
      }
      out += ']';
      return {};
    }
    case Type::Record: {
      std::vector<const Record::Field*> fields;
      for (const auto& field : value.as_record().fields()) fields.push_back(&field);
      std::ranges::sort(fields, [](const auto* a, const auto* b) { return a->first < b->first; });
      out += '{';
      bool first = true;
      for (const auto* field : fields) {
        if (!std::exchange(first, false)) out += ',';
        put_json_text(field->first.view(), out);
        out += ':';
        if (auto ok = put(field->second, depth + 1, out); !ok) return ok;
      }
      out += '}';
      return {};
    }
    default: return fail(ErrorCode::Malformed, fmt::format("{} has no form in JSON", to_string(value.type())));
  }
}

}  // namespace

Result<Value> parse_json(std::string_view text) { return Parser(text).document(); }

Result<std::string> encode_json(const Value& value) {
  std::string out;
  if (auto ok = put(value, 0, out); !ok) return fail(ok.error());
  return out;
}

Value to_dynamic(const Value& value) {
  if (value.type() == Type::Dynamic) return value;
  if (value.is(Type::Array)) {
    std::vector<Value> out;
    for (const Value& each : value.as_array().values()) out.push_back(to_dynamic(each));
    return Value::dynamic(Value::array(std::move(out)));
  }
  if (value.is(Type::Record)) {
    std::vector<Record::Field> out;
    for (const auto& [name, field] : value.as_record().fields()) out.emplace_back(name, to_dynamic(field));
    return Value::dynamic(Value::record(std::move(out)));
  }
  return Value::dynamic(value);
}

}  // namespace inquest::query
