// Flux's values: what an expression gives, and what stands in a cell of a table.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/time.h"
#include "query/duration.h"
#include "query/shared.h"

namespace inquest::query {

// A cell holds one of Bool to Time (Null: a null of no known type); all others occur in expressions alone. Packages
// are records.
enum class Type : uint8_t {
  Null,
  Bool,
  Int,
  Uint,
  Float,
  String,
  Time,
  Bytes,
  Duration,
  Regexp,
  Array,
  Record,
  Dict,
  Function,
  Stream,   // of tables
  Dynamic,  // a value whose type a query finds out when it looks (package experimental/dynamic)
};
// As Flux words it: "int", "string", "stream".
std::string_view to_string(Type type);

// An immutable string; copies share it.
class Text {
 public:
  Text() = default;  // empty
  explicit Text(std::string text) {
    if (!text.empty()) body_ = make_ref<Body>(std::move(text));
  }
  explicit Text(std::string_view text) : Text(std::string(text)) {}
  explicit Text(const char* text) : Text(std::string(text)) {}

  std::string_view view() const { return body_ ? std::string_view(body_->text) : std::string_view(); }
  bool same(const Text& other) const { return body_.get() == other.body_.get(); }  // shared: equal without a look
  friend bool operator==(const Text& a, const Text& b) { return a.same(b) || a.view() == b.view(); }
  friend auto operator<=>(const Text& a, const Text& b) { return a.view() <=> b.view(); }

 private:
  friend class Value;
  struct Body final : Shared {
    explicit Body(std::string body) : text(std::move(body)) {}
    std::string text;
  };
  explicit Text(const Body* body) : body_(body) {}

  Ref<Body> body_;
};

class Array;
class Record;
class Dict;
class Regexp;    // regexp.h
class Function;  // function.h
class Stream;    // stream.h

// 16 bytes; numbers and times lie in it, all else is shared and immutable. A null has a type.
class Value {
 public:
  Value() = default;  // null of no known type
  static Value null(Type of = Type::Null) { return Value(of, true); }
  static Value boolean(bool value);
  static Value integer(int64_t value);
  static Value unsigned_integer(uint64_t value);
  static Value floating(double value);
  static Value time(Ns utc);
  static Value duration(Duration value);
  static Value string(Text value) { return text_of(Type::String, std::move(value)); }
  static Value string(std::string_view value) { return string(Text(value)); }
  static Value bytes(std::string_view value) { return text_of(Type::Bytes, Text(value)); }
  static Value regexp(Ref<Regexp> value);
  static Value array(std::vector<Value> values);
  static Value array(Ref<Array> value);
  static Value record(std::vector<std::pair<Text, Value>> fields);  // of two fields with one name the last counts
  static Value record(Ref<Record> value);
  static Value dict(Ref<Dict> value);
  static Value function(Ref<Function> value);
  static Value stream(Ref<Stream> value);
  static Value dynamic(Value value);

  Value(const Value& other) : type_(other.type_), null_(other.null_), months_(other.months_), bits_(other.bits_) {
    if (holds_object()) bits_.object->retain();
  }
  Value(Value&& other) noexcept : type_(other.type_), null_(other.null_), months_(other.months_), bits_(other.bits_) {
    other.forget();
  }
  Value& operator=(const Value& other) {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Value() {
    if (holds_object()) bits_.object->release();
  }
  void swap(Value& other) noexcept {
    std::swap(type_, other.type_);
    std::swap(null_, other.null_);
    std::swap(months_, other.months_);
    std::swap(bits_, other.bits_);
  }

  // See Shared; 0 for what holds nothing.
  uint32_t nesting() const { return holds_object() ? bits_.object->nesting() : 0; }

  Type type() const { return type_; }
  bool is_null() const { return null_; }
  bool is(Type type) const { return type_ == type && !null_; }

  // Each only where is() says that it is one.
  bool as_bool() const { return bits_.boolean; }
  int64_t as_int() const { return bits_.integer; }
  uint64_t as_uint() const { return bits_.unsigned_integer; }
  double as_float() const { return bits_.floating; }
  Ns as_time() const { return bits_.integer; }
  Duration as_duration() const { return {months_, bits_.integer}; }
  std::string_view as_string() const;  // of strings and bytes; lives as long as the value
  Text as_text() const;                // of strings and bytes
  const Regexp& as_regexp() const;
  const Array& as_array() const;
  const Record& as_record() const;
  const Dict& as_dict() const;
  const Function& as_function() const;
  const Stream& as_stream() const;
  const Value& as_dynamic() const;

 private:
  union Bits {
    bool boolean;
    int64_t integer;
    uint64_t unsigned_integer = 0;
    double floating;
    const Shared* object;
  };
  Value(Type type, bool null) : type_(type), null_(null) {}
  static Value text_of(Type type, Text value);
  template <class T>
  static Value object_of(Type type, const Ref<T>& value);
  // An empty string has no object.
  bool holds_object() const { return !null_ && type_ >= Type::String && has_object(); }
  bool has_object() const { return type_ != Type::Time && type_ != Type::Duration && bits_.object != nullptr; }
  void forget() {
    type_ = Type::Null;
    null_ = true;
  }

  Type type_ = Type::Null;
  bool null_ = true;
  int32_t months_ = 0;  // of a duration
  Bits bits_;
};
static_assert(sizeof(Value) == 16);

class Array final : public Shared {
 public:
  explicit Array(std::vector<Value> values) : values_(std::move(values)) {
    for (const Value& value : values_) lies_around(value.nesting());
  }
  const std::vector<Value>& values() const { return values_; }

 private:
  std::vector<Value> values_;
};

// Fields in the order in which they were written.
class Record final : public Shared {
 public:
  using Field = std::pair<Text, Value>;
  explicit Record(std::vector<Field> fields);
  const std::vector<Field>& fields() const { return fields_; }
  // Nothing where it has no such field.
  const Value* find(std::string_view name) const;

 private:
  std::vector<Field> fields_;
};

// Entries sorted by key, no key twice; all keys have one type that order() can order.
class Dict final : public Shared {
 public:
  using Entry = std::pair<Value, Value>;
  explicit Dict(std::vector<Entry> entries);  // of two entries with one key the last counts
  const std::vector<Entry>& entries() const { return entries_; }
  const Value* find(const Value& key) const;

 private:
  std::vector<Entry> entries_;
};

// Same type and same value; nulls are equal to nulls, NaN to nothing; functions and streams are equal to themselves.
bool same(const Value& a, const Value& b);
// Order of two values of one type, or of two numbers; unordered for NaN, null, and what has no order.
std::partial_ordering order(const Value& a, const Value& b);
// The number as a double, of int, uint and float.
std::optional<double> number(const Value& value);
// As string() and interpolation give it: "2020-01-01T00:00:00.000000000Z", "1h", "3.5"; nothing for what they refuse.
std::optional<std::string> to_text(const Value& value);
// As display() gives it: any value, nested too: "{a: 1, b: [x, y]}".
std::string display(const Value& value);

}  // namespace inquest::query
