#include "query/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "query/function.h"
#include "query/regexp.h"
#include "query/result_type.h"
#include "query/stream.h"

namespace inquest::query {
namespace {

// Nesting deeper than this is not looked into: values are built by hostile queries.
constexpr int kDeepest = 64;

// The shortest digits that read back as the same number, without an exponent: Go's FormatFloat(v, 'f', -1, 64).
std::string format_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 400> out;
  const auto [end, error] = std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::fixed);
  return {out.data(), static_cast<size_t>(end - out.data())};
}

std::string format_time(Ns time) {
  const Civil at = to_civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", at.year, at.month, at.day, at.hour, at.minute,
                     at.second, at.fraction);
}

bool same_at(const Value& a, const Value& b, int depth);

bool same_arrays(const Array& a, const Array& b, int depth) {
  return std::equal(a.values().begin(), a.values().end(), b.values().begin(), b.values().end(),
                    [&](const Value& x, const Value& y) { return same_at(x, y, depth); });
}

bool same_records(const Record& a, const Record& b, int depth) {
  if (a.fields().size() != b.fields().size()) return false;
  return std::all_of(a.fields().begin(), a.fields().end(), [&](const Record::Field& field) {
    const Value* other = b.find(field.first.view());
    return other != nullptr && same_at(field.second, *other, depth);
  });
}

bool same_dicts(const Dict& a, const Dict& b, int depth) {
  return std::equal(a.entries().begin(), a.entries().end(), b.entries().begin(), b.entries().end(),
                    [&](const Dict::Entry& x, const Dict::Entry& y) {
                      return same_at(x.first, y.first, depth) && same_at(x.second, y.second, depth);
                    });
}

bool same_at(const Value& a, const Value& b, int depth) {
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  if (a.type() != b.type() || depth > kDeepest) return false;
  switch (a.type()) {
    case Type::Null: return true;
    case Type::Bool: return a.as_bool() == b.as_bool();
    case Type::Int: return a.as_int() == b.as_int();
    case Type::Uint: return a.as_uint() == b.as_uint();
    case Type::Float: return a.as_float() == b.as_float();
    case Type::Time: return a.as_time() == b.as_time();
    case Type::Duration: return a.as_duration() == b.as_duration();
    case Type::String:
    case Type::Bytes: return a.as_string() == b.as_string();
    case Type::Regexp: return a.as_regexp().source() == b.as_regexp().source();
    case Type::Array: return same_arrays(a.as_array(), b.as_array(), depth + 1);
    case Type::Record: return same_records(a.as_record(), b.as_record(), depth + 1);
    case Type::Dict: return same_dicts(a.as_dict(), b.as_dict(), depth + 1);
    case Type::Function: return &a.as_function() == &b.as_function();
    case Type::Stream: return &a.as_stream() == &b.as_stream();
    case Type::Dynamic: return same_at(a.as_dynamic(), b.as_dynamic(), depth + 1);
  }
  return false;
}

// An integer and a double: exact, where a conversion of the integer would round.
template <class Integer>
std::partial_ordering order_mixed(Integer a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  const auto wide_a = static_cast<long double>(a);  // 64 bits of mantissa
  return wide_a <=> static_cast<long double>(b);
}

std::partial_ordering order_numbers(const Value& a, const Value& b) {
  if (a.type() == Type::Float && b.type() == Type::Float) return a.as_float() <=> b.as_float();
  if (a.type() == Type::Float) return 0 <=> order_numbers(b, a);
  if (b.type() == Type::Float) {
    return a.type() == Type::Int ? order_mixed(a.as_int(), b.as_float()) : order_mixed(a.as_uint(), b.as_float());
  }
  if (a.type() == b.type()) return a.type() == Type::Int ? a.as_int() <=> b.as_int() : a.as_uint() <=> b.as_uint();
  if (a.type() == Type::Uint) return 0 <=> order_numbers(b, a);
  if (a.as_int() < 0) return std::partial_ordering::less;
  return static_cast<uint64_t>(a.as_int()) <=> b.as_uint();
}

bool is_number(Type type) { return type == Type::Int || type == Type::Uint || type == Type::Float; }

void display_to(std::string& out, const Value& value, int depth);

// Between brackets: more than three items stand in lines of their own.
class Items {
 public:
  Items(std::string& out, size_t count, int depth) : out_(out), lines_(count > 3), depth_(depth) {
    if (lines_) line(depth_);
  }
  void next() {
    if (!std::exchange(first_, false)) {
      out_ += lines_ ? "," : ", ";
      if (lines_) line(depth_);
    }
  }
  void end() {
    if (lines_) line(depth_ - 1);
  }

 private:
  void line(int depth) {
    out_ += '\n';
    out_.append(static_cast<size_t>(depth) * 4, ' ');
  }

  std::string& out_;
  bool lines_;
  int depth_;
  bool first_ = true;
};

void display_record(std::string& out, const Record& record, int depth) {
  std::vector<const Record::Field*> sorted;
  for (const auto& field : record.fields()) sorted.push_back(&field);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  out += '{';
  Items items(out, sorted.size(), depth);
  for (const auto* field : sorted) {
    items.next();
    out.append(field->first.view()).append(": ");
    display_to(out, field->second, depth);
  }
  items.end();
  out += '}';
}

void display_array(std::string& out, const Array& array, int depth) {
  out += '[';
  Items items(out, array.values().size(), depth);
  for (const Value& element : array.values()) {
    items.next();
    display_to(out, element, depth);
  }
  items.end();
  out += ']';
}

void display_dict(std::string& out, const Dict& dict, int depth) {
  out += '[';
  if (dict.entries().empty()) out += ':';
  Items items(out, dict.entries().size(), depth);
  for (const auto& [key, entry] : dict.entries()) {
    items.next();
    display_to(out, key, depth);
    out += ": ";
    display_to(out, entry, depth);
  }
  items.end();
  out += ']';
}

void display_function(std::string& out, const Function& function) {
  out += '(';
  bool first = true;
  for (const auto name : function.parameters()) {
    if (!std::exchange(first, false)) out += ", ";
    out += name;
  }
  out.append(") => ").append(result_type(function));
}

void display_to(std::string& out, const Value& value, int depth) {
  if (depth > kDeepest) {
    out += "...";
    return;
  }
  if (value.is_null()) {
    out += "<null>";
    return;
  }
  switch (value.type()) {
    case Type::Bytes:
      out += "0x";
      for (const char c : value.as_string()) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<uint8_t>(c));
      return;
    case Type::Regexp: fmt::format_to(std::back_inserter(out), "/{}/", value.as_regexp().source()); return;
    case Type::Array: display_array(out, value.as_array(), depth + 1); return;
    case Type::Record: display_record(out, value.as_record(), depth + 1); return;
    case Type::Dict: display_dict(out, value.as_dict(), depth + 1); return;
    case Type::Function: display_function(out, value.as_function()); return;
    case Type::Stream: out += "<stream>"; return;
    case Type::Dynamic:
      out += "dynamic(";
      // As Flux has it, an expression in it stands without its slashes.
      if (const Value& inside = value.as_dynamic(); !inside.is_null() && inside.type() == Type::Regexp) {
        out += inside.as_regexp().source();
      } else {
        display_to(out, inside, depth);  // what wraps is no level of its own
      }
      out += ')';
      return;
    default: out += to_text(value).value_or(""); return;
  }
}

struct DynamicBody final : Shared {
  explicit DynamicBody(Value inside) : value(std::move(inside)) { lies_around(value.nesting()); }
  Value value;
};

}  // namespace

std::string_view to_string(Type type) {
  switch (type) {
    case Type::Null: return "null";
    case Type::Bool: return "bool";
    case Type::Int: return "int";
    case Type::Uint: return "uint";
    case Type::Float: return "float";
    case Type::String: return "string";
    case Type::Time: return "time";
    case Type::Bytes: return "bytes";
    case Type::Duration: return "duration";
    case Type::Regexp: return "regexp";
    case Type::Array: return "array";
    case Type::Record: return "record";
    case Type::Dict: return "dictionary";
    case Type::Function: return "function";
    case Type::Stream: return "stream";
    case Type::Dynamic: return "dynamic";
  }
  return "value";
}

template <class T>
Value Value::object_of(Type type, const Ref<T>& value) {
  Value out(type, false);
  out.bits_.object = value.get();
  if (out.bits_.object != nullptr) out.bits_.object->retain();
  return out;
}

Value Value::text_of(Type type, Text value) { return object_of(type, value.body_); }

Value Value::boolean(bool value) {
  Value out(Type::Bool, false);
  out.bits_.boolean = value;
  return out;
}

Value Value::integer(int64_t value) {
  Value out(Type::Int, false);
  out.bits_.integer = value;
  return out;
}

Value Value::unsigned_integer(uint64_t value) {
  Value out(Type::Uint, false);
  out.bits_.unsigned_integer = value;
  return out;
}

Value Value::floating(double value) {
  Value out(Type::Float, false);
  out.bits_.floating = value;
  return out;
}

Value Value::time(Ns utc) {
  Value out(Type::Time, false);
  out.bits_.integer = utc;
  return out;
}

Value Value::duration(Duration value) {
  Value out(Type::Duration, false);
  out.months_ = value.months;
  out.bits_.integer = value.ns;
  return out;
}

Value Value::regexp(Ref<Regexp> value) { return object_of(Type::Regexp, value); }
Value Value::array(std::vector<Value> values) { return array(make_ref<Array>(std::move(values))); }
Value Value::array(Ref<Array> value) { return object_of(Type::Array, value); }
Value Value::record(std::vector<std::pair<Text, Value>> fields) { return record(make_ref<Record>(std::move(fields))); }
Value Value::record(Ref<Record> value) { return object_of(Type::Record, value); }
Value Value::dict(Ref<Dict> value) { return object_of(Type::Dict, value); }
Value Value::function(Ref<Function> value) { return object_of(Type::Function, value); }
Value Value::stream(Ref<Stream> value) { return object_of(Type::Stream, value); }
Value Value::dynamic(Value value) { return object_of(Type::Dynamic, make_ref<DynamicBody>(std::move(value))); }

std::string_view Value::as_string() const {
  return bits_.object == nullptr ? std::string_view() : static_cast<const Text::Body*>(bits_.object)->text;
}
Text Value::as_text() const { return Text(static_cast<const Text::Body*>(bits_.object)); }
const Regexp& Value::as_regexp() const { return *static_cast<const Regexp*>(bits_.object); }
const Array& Value::as_array() const { return *static_cast<const Array*>(bits_.object); }
const Record& Value::as_record() const { return *static_cast<const Record*>(bits_.object); }
const Dict& Value::as_dict() const { return *static_cast<const Dict*>(bits_.object); }
const Function& Value::as_function() const { return *static_cast<const Function*>(bits_.object); }
const Stream& Value::as_stream() const { return *static_cast<const Stream*>(bits_.object); }
const Value& Value::as_dynamic() const { return static_cast<const DynamicBody*>(bits_.object)->value; }

Record::Record(std::vector<Field> fields) {
  for (const auto& [name, value] : fields) lies_around(value.nesting());
  // Few fields, as written by hand: a search in those before is faster than a set; many are sorted out below.
  fields_.reserve(fields.size());
  constexpr size_t kFew = 32;
  if (fields.size() <= kFew) {
    for (Field& field : fields) {
      const auto it =
          std::find_if(fields_.begin(), fields_.end(), [&](const Field& f) { return f.first == field.first; });
      if (it == fields_.end()) {
        fields_.push_back(std::move(field));
      } else {
        it->second = std::move(field.second);
      }
    }
    return;
  }
  std::vector<size_t> by_name(fields.size());
  for (size_t at = 0; at < by_name.size(); ++at) by_name[at] = at;
  std::stable_sort(by_name.begin(), by_name.end(),
                   [&](size_t a, size_t b) { return fields[a].first < fields[b].first; });
  std::vector<bool> dropped(fields.size());
  for (size_t first = 0; first < by_name.size();) {
    size_t end = first + 1;
    while (end < by_name.size() && fields[by_name[end]].first == fields[by_name[first]].first) ++end;
    // The first keeps its place and takes the last one's value.
    if (end - first > 1) fields[by_name[first]].second = fields[by_name[end - 1]].second;
    for (size_t at = first + 1; at < end; ++at) dropped[by_name[at]] = true;
    first = end;
  }
  for (size_t at = 0; at < fields.size(); ++at) {
    if (!dropped[at]) fields_.push_back(std::move(fields[at]));
  }
}

const Value* Record::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field.view() == name) return &value;
  }
  return nullptr;
}

Dict::Dict(std::vector<Entry> entries) {
  for (const auto& [key, value] : entries) lies_around(value.nesting());
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return order(a.first, b.first) < 0; });
  entries_.reserve(entries.size());
  for (Entry& entry : entries) {
    if (!entries_.empty() && same(entries_.back().first, entry.first)) {
      entries_.back() = std::move(entry);
    } else {
      entries_.push_back(std::move(entry));
    }
  }
}

const Value* Dict::find(const Value& key) const {
  const auto it = std::lower_bound(entries_.begin(), entries_.end(), key,
                                   [](const Entry& entry, const Value& k) { return order(entry.first, k) < 0; });
  return it != entries_.end() && same(it->first, key) ? &it->second : nullptr;
}

bool same(const Value& a, const Value& b) { return same_at(a, b, 0); }

std::partial_ordering order(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return std::partial_ordering::unordered;
  if (is_number(a.type()) && is_number(b.type())) return order_numbers(a, b);
  if (a.type() != b.type()) return std::partial_ordering::unordered;
  switch (a.type()) {
    case Type::Bool: return a.as_bool() <=> b.as_bool();
    case Type::Time: return a.as_time() <=> b.as_time();
    case Type::String:
    case Type::Bytes: return a.as_string() <=> b.as_string();
    default: return std::partial_ordering::unordered;
  }
}

std::optional<double> number(const Value& value) {
  if (value.is(Type::Float)) return value.as_float();
  if (value.is(Type::Int)) return static_cast<double>(value.as_int());
  if (value.is(Type::Uint)) return static_cast<double>(value.as_uint());
  return std::nullopt;
}

std::optional<std::string> to_text(const Value& value) {
  if (value.is_null()) return std::nullopt;
  switch (value.type()) {
    case Type::Bool: return value.as_bool() ? "true" : "false";
    case Type::Int: return fmt::to_string(value.as_int());
    case Type::Uint: return fmt::to_string(value.as_uint());
    case Type::Float: return format_float(value.as_float());
    case Type::String:
    case Type::Bytes: return std::string(value.as_string());
    case Type::Time: return format_time(value.as_time());
    case Type::Duration: return format_duration(value.as_duration());
    default: return std::nullopt;
  }
}

std::string display(const Value& value) {
  std::string out;
  display_to(out, value, 0);
  return out;
}

}  // namespace inquest::query
