// Bits and digits: the packages bitwise, experimental/bitwise and contrib/bonitoo-io/hex.

#include "base/text.h"
#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

using Word = uint64_t;
using OfTwo = Word (*)(Word, Word);

// Go's shifts: all bits are gone behind the word's width.
Word shift_left(Word a, Word b) { return b < 64 ? a << b : 0; }
Word shift_right(Word a, Word b) { return b < 64 ? a >> b : 0; }
Word shift_right_signed(Word a, Word b) {
  return static_cast<Word>(static_cast<int64_t>(a) >> (b < 64 ? static_cast<int>(b) : 63));
}

template <OfTwo function>
Result<Value> naturals(Call& call) {
  return Value::unsigned_integer(function(call.value("a").as_uint(), call.value("b").as_uint()));
}
template <OfTwo function>
Result<Value> integers(Call& call) {
  return Value::integer(
      static_cast<int64_t>(function(static_cast<Word>(call.integer("a")), static_cast<Word>(call.integer("b")))));
}
template <OfTwo function>
Result<Value> shifted(Call& call) {
  if (call.integer("b") < 0) return refuse("cannot shift by {}", call.integer("b"));
  return integers<function>(call);
}

constexpr OfTwo kAnd = [](Word a, Word b) { return a & b; };
constexpr OfTwo kOr = [](Word a, Word b) { return a | b; };
constexpr OfTwo kXor = [](Word a, Word b) { return a ^ b; };
constexpr OfTwo kClear = [](Word a, Word b) { return a & ~b; };

Result<Value> natural_not(Call& call) { return Value::unsigned_integer(~call.value("a").as_uint()); }
Result<Value> integer_not(Call& call) { return Value::integer(~call.integer("a")); }

Result<Value> hex_int(Call& call) {
  std::string_view text = call.text("v");
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with("0x")) text.remove_prefix(2);
  const auto magnitude = parse_int<uint64_t>(text, 16);
  const uint64_t most = uint64_t{1} << 63;
  if (!magnitude || *magnitude > most || (*magnitude == most && !negative)) {
    return refuse("cannot convert string \"{}\" to int", printable(call.text("v")));
  }
  return Value::integer(static_cast<int64_t>(negative ? -*magnitude : *magnitude));
}

Result<Value> hex_uint(Call& call) {
  std::string_view text = call.text("v");
  if (text.starts_with("0x")) text.remove_prefix(2);
  const auto value = parse_int<uint64_t>(text, 16);
  if (!value) return refuse("cannot convert string \"{}\" to uint", printable(call.text("v")));
  return Value::unsigned_integer(*value);
}

Result<Value> hex_string(Call& call) {
  const Value& v = call.value("v");
  if (v.is_null()) return Value::null(Type::String);
  if (v.is(Type::Int)) {
    const bool negative = v.as_int() < 0;
    const auto bits = static_cast<uint64_t>(v.as_int());
    return Value::string(fmt::format("{}{:x}", negative ? "-" : "", negative ? -bits : bits));
  }
  if (v.is(Type::Uint)) return Value::string(fmt::format("{:x}", v.as_uint()));
  if (v.is(Type::Bytes)) {
    std::string out;
    for (const char byte : v.as_string()) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<uint8_t>(byte));
    return Value::string(out);
  }
  const auto text = to_text(v);
  if (!text) return refuse("cannot convert {} to string", to_string(v.type()));
  return Value::string(*text);
}

Result<Value> hex_bytes(Call& call) {
  const std::string_view text = call.text("v");
  std::string out;
  for (size_t i = 0; i < text.size(); i += 2) {
    const auto byte = parse_int<uint8_t>(text.substr(i, 2), 16);
    if (!byte || i + 1 >= text.size()) return refuse("cannot convert string \"{}\" to bytes", printable(text));
    out += static_cast<char>(*byte);
  }
  return Value::bytes(out);
}

constexpr std::string_view kPackage = "bitwise";
constexpr std::string_view kHex = "contrib/bonitoo-io/hex";
constexpr Parameter kA{"a", kUint, Need::Required};
constexpr Parameter kB{"b", kUint, Need::Required};
constexpr Parameter kSignedA{"a", kInt, Need::Required};
constexpr Parameter kSignedB{"b", kInt, Need::Required};
constexpr Parameter kText{"v", kString, Need::Required};

constexpr Builtin kBuiltins[] = {
    {kPackage, "uand", {kA, kB}, naturals<kAnd>},
    {kPackage, "uor", {kA, kB}, naturals<kOr>},
    {kPackage, "uxor", {kA, kB}, naturals<kXor>},
    {kPackage, "uclear", {kA, kB}, naturals<kClear>},
    {kPackage, "unot", {kA}, natural_not},
    {kPackage, "ulshift", {kA, kB}, naturals<shift_left>},
    {kPackage, "urshift", {kA, kB}, naturals<shift_right>},
    {kPackage, "sand", {kSignedA, kSignedB}, integers<kAnd>},
    {kPackage, "sor", {kSignedA, kSignedB}, integers<kOr>},
    {kPackage, "sxor", {kSignedA, kSignedB}, integers<kXor>},
    {kPackage, "sclear", {kSignedA, kSignedB}, integers<kClear>},
    {kPackage, "snot", {kSignedA}, integer_not},
    {kPackage, "slshift", {kSignedA, kSignedB}, shifted<shift_left>},
    {kPackage, "srshift", {kSignedA, kSignedB}, shifted<shift_right_signed>},
    {kHex, "int", {kText}, hex_int},
    {kHex, "uint", {kText}, hex_uint},
    {kHex, "string", {{"v", kAny | kNull, Need::Required}}, hex_string},
    {kHex, "bytes", {kText}, hex_bytes},
};

constexpr Prelude kPreludes[] = {{"experimental/bitwise", R"(
import "bitwise"

uand = bitwise.uand
uor = bitwise.uor
unot = bitwise.unot
uxor = bitwise.uxor
uclear = bitwise.uclear
ulshift = bitwise.ulshift
urshift = bitwise.urshift
sand = bitwise.sand
sor = bitwise.sor
snot = bitwise.snot
sxor = bitwise.sxor
sclear = bitwise.sclear
slshift = bitwise.slshift
srshift = bitwise.srshift
)"}};

}  // namespace

extern const FunctionSet bits_function_set;
const FunctionSet bits_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
