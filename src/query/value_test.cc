#include "query/value.h"

#include <limits>

#include <gtest/gtest.h>

namespace inquest::query {
namespace {

TEST(Value, CopiesShareAndMovesLeaveNothing) {
  Value a = Value::string("a text that is longer than any small buffer");
  Value b = a;
  EXPECT_EQ(a.as_string().data(), b.as_string().data());
  const Value c = std::move(a);
  b = c;
  EXPECT_EQ(c.as_string(), "a text that is longer than any small buffer");
  EXPECT_TRUE(Value::string("").as_string().empty());
}

TEST(Value, OrdersNumbersOfDifferentTypesExactly) {
  const int64_t large = (int64_t{1} << 53) + 1;  // rounds as a double
  EXPECT_EQ(order(Value::integer(large), Value::floating(9007199254740992.0)), std::partial_ordering::greater);
  EXPECT_EQ(order(Value::integer(-1), Value::unsigned_integer(0)), std::partial_ordering::less);
  EXPECT_EQ(order(Value::floating(0.5), Value::integer(0)), std::partial_ordering::greater);
  EXPECT_EQ(order(Value::floating(std::numeric_limits<double>::quiet_NaN()), Value::integer(0)),
            std::partial_ordering::unordered);
  EXPECT_EQ(order(Value::null(Type::Int), Value::integer(0)), std::partial_ordering::unordered);
}

TEST(Value, TheLastOfFieldsWithOneNameCounts) {
  std::vector<Record::Field> fields;
  for (int at = 0; at < 100; ++at) fields.emplace_back(Text("f" + std::to_string(at % 40)), Value::integer(at));
  const Record record(std::move(fields));
  ASSERT_EQ(record.fields().size(), 40U);
  EXPECT_EQ(record.fields().front().first.view(), "f0");
  EXPECT_EQ(record.find("f0")->as_int(), 80);
  EXPECT_EQ(record.find("f39")->as_int(), 79);
  EXPECT_EQ(record.find("g"), nullptr);
}

TEST(Value, FindsTheKeysOfADictionary) {
  const Dict dict({{Value::string("b"), Value::integer(1)},
                   {Value::string("a"), Value::integer(2)},
                   {Value::string("b"), Value::integer(3)}});
  ASSERT_EQ(dict.entries().size(), 2U);
  EXPECT_EQ(dict.find(Value::string("b"))->as_int(), 3);
  EXPECT_EQ(dict.find(Value::string("c")), nullptr);
}

TEST(Value, PrintsAsFluxDoes) {
  EXPECT_EQ(to_text(Value::floating(3)), "3");
  EXPECT_EQ(to_text(Value::floating(0.1)), "0.1");
  EXPECT_EQ(to_text(Value::floating(1e21)), "1000000000000000000000");
  EXPECT_EQ(to_text(Value::floating(-std::numeric_limits<double>::infinity())), "-Inf");
  EXPECT_EQ(to_text(Value::time(kSecond)), "1970-01-01T00:00:01.000000000Z");
  EXPECT_EQ(to_text(Value::array(std::vector<Value>{})), std::nullopt);
  EXPECT_EQ(display(Value::record({{Text("b"), Value::array({Value::integer(1), Value::null()})},
                                   {Text("a b"), Value::bytes("\x01\xff")}})),
            "{a b: 0x01ff, b: [1, <null>]}");
}

}  // namespace
}  // namespace inquest::query
