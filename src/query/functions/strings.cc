// The package strings. Positions are bytes, as in Flux, but for substring() and strlen(), which count code points.

#include <algorithm>

#include "query/function_set.h"
#include "query/table_function.h"
#include "query/unicode.h"

namespace inquest::query {
namespace {

using CaseOf = char32_t (*)(char32_t);

std::string recased(std::string_view text, CaseOf change) {
  std::string out;
  for (const char32_t point : code_points(text)) append_utf8(change(point), out);
  return out;
}

Result<Value> upper(Call& call) { return Value::string(recased(call.text("v"), to_upper)); }
Result<Value> lower_case(Call& call) { return Value::string(recased(call.text("v"), to_lower)); }

// What Go takes for the space between words: of ASCII all but letters, digits and "_".
bool parts_words(char32_t point) {
  if (point >= 0x80) return !is_letter(point) && is_space(point);
  return !is_letter(point) && !(point >= '0' && point <= '9') && point != '_';
}

// The first letter of each word: "don't" has two.
Result<Value> title(Call& call) {
  std::string out;
  char32_t before = ' ';
  for (const char32_t point : code_points(call.text("v"))) {
    append_utf8(parts_words(before) ? to_upper(point) : point, out);
    before = point;
  }
  return Value::string(out);
}

enum Ends : uint8_t { kFront = 1, kBack = 2 };

template <class Cut>
std::string trimmed(std::string_view text, int ends, Cut cut) {
  const auto points = code_points(text);
  size_t begin = 0;
  size_t end = points.size();
  if ((ends & kFront) != 0) {
    while (begin < end && cut(points[begin])) ++begin;
  }
  if ((ends & kBack) != 0) {
    while (begin < end && cut(points[end - 1])) --end;
  }
  std::string out;
  for (size_t i = begin; i < end; ++i) append_utf8(points[i], out);
  return out;
}

template <int ends>
Result<Value> trim_set(Call& call) {
  const auto set = code_points(call.text("cutset"));
  return Value::string(
      trimmed(call.text("v"), ends, [&](char32_t point) { return std::ranges::find(set, point) != set.end(); }));
}

Result<Value> trim_space(Call& call) { return Value::string(trimmed(call.text("v"), kFront | kBack, is_space)); }

Result<Value> trim_prefix(Call& call) {
  std::string_view text = call.text("v");
  if (text.starts_with(call.text("prefix"))) text.remove_prefix(call.text("prefix").size());
  return Value::string(text);
}

Result<Value> trim_suffix(Call& call) {
  std::string_view text = call.text("v");
  if (text.ends_with(call.text("suffix"))) text.remove_suffix(call.text("suffix").size());
  return Value::string(text);
}

Result<Value> has_prefix(Call& call) { return Value::boolean(call.text("v").starts_with(call.text("prefix"))); }
Result<Value> has_suffix(Call& call) { return Value::boolean(call.text("v").ends_with(call.text("suffix"))); }
Result<Value> contains_text(Call& call) {
  return Value::boolean(call.text("v").find(call.text("substr")) != std::string_view::npos);
}
Result<Value> contains_any(Call& call) {
  const auto chars = code_points(call.text("chars"));
  const auto points = code_points(call.text("v"));
  return Value::boolean(std::ranges::find_first_of(points, chars) != points.end());
}
Result<Value> equal_fold(Call& call) {
  return Value::boolean(recased(call.text("v"), to_lower) == recased(call.text("t"), to_lower));
}
Result<Value> compare_texts(Call& call) {
  const int order = call.text("v").compare(call.text("t"));
  return Value::integer(order < 0 ? -1 : order > 0 ? 1 : 0);
}

Result<Value> count(Call& call) {
  const std::string_view text = call.text("v");
  const std::string_view wanted = call.text("substr");
  if (wanted.empty()) return Value::integer(static_cast<int64_t>(code_points(text).size()) + 1);
  int64_t times = 0;
  for (size_t at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + wanted.size())) ++times;
  return Value::integer(times);
}

Value position(size_t at) {
  return Value::integer(at == std::string_view::npos ? int64_t{-1} : static_cast<int64_t>(at));
}
Result<Value> index(Call& call) { return position(call.text("v").find(call.text("substr"))); }
Result<Value> last_index(Call& call) { return position(call.text("v").rfind(call.text("substr"))); }

// Where a character stands that is one of those, in bytes.
template <bool last>
Result<Value> index_of_any(Call& call) {
  const auto chars = code_points(call.text("chars"));
  size_t found = std::string_view::npos;
  size_t at = 0;
  for (const char32_t point : code_points(call.text("v"))) {
    if (std::ranges::find(chars, point) != chars.end() && (last || found == std::string_view::npos)) found = at;
    std::string bytes;
    append_utf8(point, bytes);
    at += bytes.size();
  }
  return position(found);
}

// Whether the one character of the text is of that class.
template <class Is>
Result<Value> class_of(Call& call, Is is) {
  const auto points = code_points(call.text("v"));
  if (points.size() != 1) return Value::boolean(false);
  return Value::boolean(is(points.front()));
}
Result<Value> is_digit(Call& call) {
  return class_of(call, [](char32_t point) { return point >= '0' && point <= '9'; });
}
Result<Value> is_letter_text(Call& call) { return class_of(call, is_letter); }
Result<Value> is_lower(Call& call) {
  return class_of(call, [](char32_t point) { return to_upper(point) != point; });
}
Result<Value> is_upper(Call& call) {
  return class_of(call, [](char32_t point) { return to_lower(point) != point; });
}

Result<void> fits(const Call& call, uint64_t bytes) {
  if (bytes <= call.context().limits().text) return {};
  return fail(ErrorCode::Limit, "the string grows too long");
}

Result<Value> repeat(Call& call) {
  const std::string_view text = call.text("v");
  const int64_t times = call.integer("i");
  if (times < 0) return refuse("the count must not be negative");
  if (text.empty()) return Value::string(text);
  const auto most = call.context().limits().text / text.size();
  if (static_cast<uint64_t>(times) > most) return fail(ErrorCode::Limit, "the string grows too long");
  std::string out;
  for (int64_t i = 0; i < times; ++i) out += text;
  return Value::string(out);
}

// The first `most` occurrences, or all where that is negative. An empty text stands between all characters.
Result<Value> replaced(const Call& call, int64_t most) {
  const std::string_view text = call.text("v");
  const std::string_view from = call.text("t");
  const std::string_view to = call.text("u");
  std::string out;
  if (from.empty()) {
    int64_t done = 0;
    const auto put = [&] {
      if (most >= 0 && done >= most) return;
      out += to;
      ++done;
    };
    put();
    for (const char32_t point : code_points(text)) {
      append_utf8(point, out);
      put();
      if (auto ok = fits(call, out.size()); !ok) return fail(ok.error());
    }
    return Value::string(out);
  }
  size_t at = 0;
  for (int64_t done = 0; most < 0 || done < most; ++done) {
    const size_t next = text.find(from, at);
    if (next == std::string_view::npos) break;
    out += text.substr(at, next - at);
    out += to;
    at = next + from.size();
    if (auto ok = fits(call, out.size()); !ok) return fail(ok.error());
  }
  out += text.substr(at);
  return Value::string(out);
}
Result<Value> replace(Call& call) { return replaced(call, call.integer("i")); }
Result<Value> replace_all(Call& call) { return replaced(call, -1); }

// The pieces between separators, which stay with the piece before them where `after` is set.
Result<Value> pieces(const Call& call, int64_t most, bool after) {
  const std::string_view text = call.text("v");
  const std::string_view separator = call.text("t");
  std::vector<Value> out;
  if (most == 0) return Value::array(std::move(out));
  if (separator.empty()) {
    const auto points = code_points(text);
    std::string piece;
    for (size_t i = 0; i < points.size(); ++i) {
      append_utf8(points[i], piece);
      if (most > 0 && static_cast<int64_t>(out.size()) + 1 == most && i + 1 < points.size()) continue;
      out.push_back(Value::string(std::exchange(piece, {})));
    }
    return Value::array(std::move(out));
  }
  size_t at = 0;
  while (most < 0 || static_cast<int64_t>(out.size()) + 1 < most) {
    const size_t next = text.find(separator, at);
    if (next == std::string_view::npos) break;
    out.push_back(Value::string(text.substr(at, next - at + (after ? separator.size() : 0))));
    at = next + separator.size();
  }
  out.push_back(Value::string(text.substr(at)));
  return Value::array(std::move(out));
}
Result<Value> split_text(Call& call) { return pieces(call, -1, false); }
Result<Value> split_after(Call& call) { return pieces(call, -1, true); }
Result<Value> split_n(Call& call) { return pieces(call, call.integer("i"), false); }
Result<Value> split_after_n(Call& call) { return pieces(call, call.integer("i"), true); }

Result<Value> join(Call& call) {
  std::string out;
  const auto& parts = call.value("arr").as_array().values();
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += call.text("v");
    out += parts[i].as_string();
    if (auto ok = fits(call, out.size()); !ok) return fail(ok.error());
  }
  return Value::string(out);
}

Result<Value> length(Call& call) { return Value::integer(static_cast<int64_t>(code_points(call.text("v")).size())); }

Result<Value> substring(Call& call) {
  const auto points = code_points(call.text("v"));
  const auto size = static_cast<int64_t>(points.size());
  const int64_t begin = std::clamp<int64_t>(call.integer("start"), 0, size);
  const int64_t end = std::clamp<int64_t>(call.integer("end"), begin, size);
  std::string out;
  for (int64_t i = begin; i < end; ++i) append_utf8(points[static_cast<size_t>(i)], out);
  return Value::string(out);
}

constexpr Parameter text_of(std::string_view name) { return {name, kString, Need::Required}; }
constexpr Parameter kText = text_of("v");
constexpr Parameter kNumberOf{"i", kInt, Need::Required};
constexpr std::string_view kPackage = "strings";

constexpr Builtin kBuiltins[] = {
    {kPackage, "toUpper", {kText}, upper},
    {kPackage, "toTitle", {kText}, upper},
    {kPackage, "toLower", {kText}, lower_case},
    {kPackage, "title", {kText}, title},
    {kPackage, "trim", {kText, text_of("cutset")}, trim_set<kFront | kBack>},
    {kPackage, "trimLeft", {kText, text_of("cutset")}, trim_set<kFront>},
    {kPackage, "trimRight", {kText, text_of("cutset")}, trim_set<kBack>},
    {kPackage, "trimSpace", {kText}, trim_space},
    {kPackage, "trimPrefix", {kText, text_of("prefix")}, trim_prefix},
    {kPackage, "trimSuffix", {kText, text_of("suffix")}, trim_suffix},
    {kPackage, "hasPrefix", {kText, text_of("prefix")}, has_prefix},
    {kPackage, "hasSuffix", {kText, text_of("suffix")}, has_suffix},
    {kPackage, "containsStr", {kText, text_of("substr")}, contains_text},
    {kPackage, "containsAny", {kText, text_of("chars")}, contains_any},
    {kPackage, "equalFold", {kText, text_of("t")}, equal_fold},
    {kPackage, "compare", {kText, text_of("t")}, compare_texts},
    {kPackage, "countStr", {kText, text_of("substr")}, count},
    {kPackage, "index", {kText, text_of("substr")}, index},
    {kPackage, "indexAny", {kText, text_of("chars")}, index_of_any<false>},
    {kPackage, "lastIndex", {kText, text_of("substr")}, last_index},
    {kPackage, "lastIndexAny", {kText, text_of("chars")}, index_of_any<true>},
    {kPackage, "isDigit", {kText}, is_digit},
    {kPackage, "isLetter", {kText}, is_letter_text},
    {kPackage, "isLower", {kText}, is_lower},
    {kPackage, "isUpper", {kText}, is_upper},
    {kPackage, "repeat", {kText, kNumberOf}, repeat},
    {kPackage, "replace", {kText, text_of("t"), text_of("u"), kNumberOf}, replace},
    {kPackage, "replaceAll", {kText, text_of("t"), text_of("u")}, replace_all},
    {kPackage, "split", {kText, text_of("t")}, split_text},
    {kPackage, "splitAfter", {kText, text_of("t")}, split_after},
    {kPackage, "splitN", {kText, text_of("t"), kNumberOf}, split_n},
    {kPackage, "splitAfterN", {kText, text_of("t"), kNumberOf}, split_after_n},
    {kPackage, "joinStr", {{"arr", kStrings, Need::Required}, kText}, join},
    {kPackage, "strlen", {kText}, length},
    {kPackage, "substring", {kText, {"start", kInt, Need::Required}, {"end", kInt, Need::Required}}, substring},
};

}  // namespace

extern const FunctionSet strings_function_set;
const FunctionSet strings_function_set{kBuiltins, {}};

}  // namespace inquest::query
