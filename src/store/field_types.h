// What the store knows of each field's type, and how many series there are: what decides whether a line is taken.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/line_protocol.h"

namespace inquest::store {

// A field has one type in its bucket and measurement. Any thread may call.
class FieldTypes {
 public:
  explicit FieldTypes(uint64_t max_series);

  CheckedLines check(std::string_view bucket, std::string text, TimeUnit unit, Ns now);
  // A type that is known from what is stored. The first that is learned holds.
  void learn(std::string_view bucket, std::string_view measurement, std::string_view field, FieldType type);
  void learn_lines(std::string_view bucket, std::string lines);
  uint64_t series() const;

 private:
  using Fields = std::map<std::string, FieldType, std::less<>>;
  // Fields that lines of a measurement have, in their order: checked once, then compared.
  struct Layout {
    std::string measurement;  // as lines say it
    std::vector<std::pair<std::string, FieldType>> fields;
  };
  struct Slot {
    uint64_t hash = 0;
    uint32_t layout = 0;  // 0 is none
    uint32_t next = 0;    // the place of the one that came behind it last time: senders keep their order
  };
  struct Bucket {
    std::map<std::string, Fields, std::less<>> measurements;
    uint64_t seed = 0;
  };
  class Judge;

  std::string refuse(Bucket& bucket, std::string_view head, std::span<const FieldKind> fields);
  std::string check_types(Bucket& bucket, std::string_view head, std::span<const FieldKind> fields);
  Slot& slot_of(uint64_t hash);
  Bucket& bucket_of(std::string_view name);
  uint32_t keep_layout(std::string_view head, std::span<const FieldKind> fields);
  void expire(Ns now);

  mutable std::mutex mutex_;
  const uint64_t max_series_;
  const uint64_t seed_;
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::vector<Layout> layouts_;
  std::vector<Slot> slots_;  // open addressing; its size is a power of two
  uint64_t used_ = 0;
  size_t last_slot_ = 0;
  int64_t day_ = 0;
};

}  // namespace inquest::store
