#include "store/block.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "store/time_runs.h"

namespace inquest::store {
namespace {

constexpr Ns kStart = 1'700'000'000 * kSecond;

class Fields {
 public:
  FieldNumber number() {
    return [this](const Column& column) {
      names_.push_back({.name = column.field, .type = column.type});
      return names_.size() - 1;
    };
  }
  FieldOfNumber of() const {
    return [this](uint64_t at) { return at < names_.size() ? &names_[at] : nullptr; };
  }

 private:
  std::vector<FieldName> names_;
};

Column column(std::string name, FieldType type, std::vector<uint64_t> bits) {
  return {.field = std::move(name), .type = type, .bits = std::move(bits), .strings = {}, .present = {}};
}

// Columns of every kind that there is a form for.
Slice sample(size_t rows) {
  std::mt19937_64 random(1);
  Slice out;
  std::vector<uint64_t> constant, counter, noise, decimal, few, odd, strings;
  for (size_t i = 0; i < rows; ++i) {
    out.times.push_back(kStart + static_cast<Ns>(i) * 10 * kSecond);
    constant.push_back(7);
    counter.push_back(i * 1000 + random() % 100);
    noise.push_back(random());
    decimal.push_back(std::bit_cast<uint64_t>(static_cast<double>(random() % 10'000) / 100));
    few.push_back(std::bit_cast<uint64_t>(100.0 / static_cast<double>(3 + random() % 7)));
    odd.push_back(std::bit_cast<uint64_t>(i % 3 == 0   ? -0.0
                                          : i % 3 == 1 ? std::numeric_limits<double>::denorm_min()
                                                       : std::numeric_limits<double>::max()));
    strings.push_back(i % 3);
  }
  out.columns.push_back(column("a", FieldType::Integer, constant));
  out.columns.push_back(column("b", FieldType::Unsigned, counter));
  out.columns.push_back(column("c", FieldType::Float, noise));
  out.columns.push_back(column("d", FieldType::Float, decimal));
  out.columns.push_back(column("e", FieldType::Float, few));
  out.columns.push_back(column("f", FieldType::Float, odd));
  Column text = column("g", FieldType::String, strings);
  text.strings = {"one", "", std::string("t\0wo", 4)};
  out.columns.push_back(std::move(text));
  Column sparse = column("h", FieldType::Integer, counter);
  for (size_t i = 0; i < rows; ++i) sparse.present.push_back(i % 5 == 0);
  out.columns.push_back(std::move(sparse));
  return out;
}

TEST(Block, GivesBackEveryBit) {
  for (const size_t rows : {1, 2, 7, 360, 5000}) {
    const Slice in = sample(rows);
    Fields fields;
    const auto packed = BlockWriter().pack(in, fields.number());
    const auto out = BlockReader().unpack(packed.data, rows, fields.of());
    ASSERT_TRUE(out) << out.error().text();
    ASSERT_EQ(out->size(), in.columns.size());
    for (size_t c = 0; c < out->size(); ++c) {
      const Column& was = in.columns[c];
      const Column& is = (*out)[c];
      EXPECT_EQ(is.field, was.field);
      EXPECT_EQ(is.present, was.present);
      for (size_t row = 0; row < rows; ++row) {
        if (!was.present.empty() && !was.present[row]) continue;
        if (was.type == FieldType::String) {
          EXPECT_EQ(is.strings.at(is.bits[row]), was.strings[was.bits[row]]);
        } else {
          EXPECT_EQ(is.bits[row], was.bits[row]) << was.field << " in row " << row;
        }
      }
    }
  }
}

TEST(Block, PassesOverFieldsThatAreNotAskedFor) {
  const Slice in = sample(360);
  Fields fields;
  const auto packed = BlockWriter().pack(in, fields.number());
  const auto all = fields.of();
  const auto out = BlockReader().unpack(packed.data, 360, [&](uint64_t number) {
    const FieldName* field = all(number);
    return field != nullptr && field->name == "e" ? field : nullptr;
  });
  ASSERT_TRUE(out);
  ASSERT_EQ(out->size(), 1U);
  EXPECT_EQ(out->front().bits, in.columns[4].bits);
}

TEST(Block, SeesEveryDamage) {
  const Slice in = sample(50);
  Fields fields;
  const std::string good = BlockWriter().pack(in, fields.number()).data;
  BlockReader reader;
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    const auto out = reader.unpack(bad, 50, fields.of());
    if (out) {  // bits of the frame's head that mean nothing
      ASSERT_EQ(out->size(), in.columns.size());
      EXPECT_EQ(out->at(2).bits, in.columns[2].bits) << at;
    }
    EXPECT_FALSE(reader.unpack(std::string_view(good).substr(0, at), 50, fields.of())) << at;
  }
}

TEST(TimeRuns, PacksRegularTimesInAFewBytes) {
  std::vector<Ns> times;
  for (int i = 0; i < 360; ++i) times.push_back(kStart + i * 10 * kSecond);
  EXPECT_LE(pack_times(times).size(), 15U);
  for (int i = 0; i < 360; ++i) times.push_back(times.back() + 1 + i % 3 * kMilli);
  const auto runs = unpack_runs(pack_times(times), times.size());
  ASSERT_TRUE(runs);
  EXPECT_EQ(times_of(*runs), times);
  EXPECT_FALSE(unpack_runs(pack_times(times), times.size() + 1));
  EXPECT_FALSE(unpack_runs(pack_times(times), 5));
}

TEST(TimeRuns, AnyBytesAreAnError) {
  std::mt19937 random(2);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes;
    for (int n = static_cast<int>(random() % 30); n > 0; --n) bytes += static_cast<char>(random());
    const auto runs = unpack_runs(bytes, 1 + random() % 5);
    if (!runs) continue;
    const std::vector<Ns> times = times_of(*runs);
    EXPECT_TRUE(std::ranges::is_sorted(times));
  }
}

}  // namespace
}  // namespace inquest::store
