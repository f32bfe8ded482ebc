#include "store/field_types.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "store/hash.h"
#include "store/memtable.h"

namespace inquest::store {
namespace {

// Beyond so many, lines in yet another form are checked field by field.
constexpr size_t kMaxLayouts = 10'000;
constexpr size_t kMaxFields = 100'000;  // of one measurement

bool matches(std::string_view measurement, std::string_view head) {
  return head.starts_with(measurement) && (head.size() == measurement.size() || head[measurement.size()] == ',');
}

std::string_view measurement_of(std::string_view head) {
  size_t at = head.find(',');
  while (at != std::string_view::npos && at > 0 && head[at - 1] == '\\') at = head.find(',', at + 1);
  return head.substr(0, at);
}

}  // namespace

class FieldTypes::Judge : public LineJudge {
 public:
  Judge(FieldTypes& types, Bucket& bucket) : types_(types), bucket_(bucket) {}
  std::string refuse(std::string_view head, std::span<const FieldKind> fields) override {
    return types_.refuse(bucket_, head, fields);
  }

 private:
  FieldTypes& types_;
  Bucket& bucket_;
};

FieldTypes::FieldTypes(uint64_t max_series)
    : max_series_(max_series),
      seed_((static_cast<uint64_t>(std::random_device{}()) << 32) | std::random_device{}()),
      layouts_(1),
      slots_(1024) {}

CheckedLines FieldTypes::check(std::string_view bucket, std::string text, TimeUnit unit, Ns now) {
  const std::lock_guard lock(mutex_);
  expire(now);
  Judge judge(*this, bucket_of(bucket));
  return check_lines(std::move(text), unit, now, &judge);
}

void FieldTypes::learn(std::string_view bucket, std::string_view measurement, std::string_view field, FieldType type) {
  const std::lock_guard lock(mutex_);
  bucket_of(bucket).measurements[std::string(measurement)].emplace(field, type);
}

void FieldTypes::learn_lines(std::string_view bucket, std::string lines) {
  const std::lock_guard lock(mutex_);
  Judge judge(*this, bucket_of(bucket));
  (void)check_lines(std::move(lines), TimeUnit::Nano, 0, &judge);
}

uint64_t FieldTypes::series() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

// Series that come no more are forgotten with the day, so that they do not count for ever.
void FieldTypes::expire(Ns now) {
  if (day_of(now) == day_) return;
  day_ = day_of(now);
  slots_.assign(1024, {});
  used_ = 0;
}

FieldTypes::Bucket& FieldTypes::bucket_of(std::string_view name) {
  auto at = buckets_.find(name);
  if (at == buckets_.end()) {
    at = buckets_.emplace(name, Bucket{}).first;
    at->second.seed = hash_bytes(name, seed_);
  }
  return at->second;
}

FieldTypes::Slot& FieldTypes::slot_of(uint64_t hash) {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
  return slots_[at];
}

std::string FieldTypes::refuse(Bucket& bucket, std::string_view head, std::span<const FieldKind> fields) {
  // Lines of one series that begin with another field have another layout, as Telegraf's three of `system` do.
  const uint64_t hash = hash_bytes(fields.front().name, hash_bytes(head, bucket.seed)) | 1;
  Slot& slot = slot_of(hash);
  // The table is larger than what a core has at hand.
  const auto place = static_cast<size_t>(&slot - slots_.data());
  slots_[last_slot_ & (slots_.size() - 1)].next = static_cast<uint32_t>(place);
  last_slot_ = place;
  __builtin_prefetch(&slots_[slot.next & (slots_.size() - 1)]);
  if (slot.layout != 0) {
    const Layout& layout = layouts_[slot.layout];
    if (matches(layout.measurement, head) &&
        std::ranges::equal(layout.fields, fields,
                           [](const auto& a, const FieldKind& b) { return a.second == b.type && a.first == b.name; })) {
      return {};
    }
  }
  if (slot.hash == 0 && used_ >= max_series_) {
    return fmt::format("max-series-per-database limit exceeded: ({})", max_series_);
  }
  if (std::string error = check_types(bucket, head, fields); !error.empty()) return error;
  if (slot.hash == 0) ++used_;
  slot.hash = hash;
  slot.layout = keep_layout(head, fields);
  if (used_ * 2 > slots_.size()) {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& one : old) {
      if (one.hash != 0) slot_of(one.hash) = one;
    }
  }
  return {};
}

std::string FieldTypes::check_types(Bucket& bucket, std::string_view head, std::span<const FieldKind> fields) {
  const std::string measurement = unescape_name(measurement_of(head));
  Fields& known = bucket.measurements[measurement];
  const auto conflict = [&](const std::string& name, FieldType is, FieldType was) {
    return fmt::format(
        "field type conflict: input field \"{}\" on measurement \"{}\" is type {}, already exists as type {}", name,
        measurement, to_string(is), to_string(was));
  };
  Fields fresh;
  for (const FieldKind& field : fields) {
    const std::string name = unescape_name(field.name);
    auto at = known.find(name);
    if (at == known.end()) at = fresh.emplace(name, field.type).first;
    if (at->second != field.type) return conflict(name, field.type, at->second);
  }
  if (known.size() + fresh.size() > kMaxFields) {
    return fmt::format("max-fields-per-measurement limit exceeded: ({})", kMaxFields);
  }
  known.merge(fresh);
  return {};
}

uint32_t FieldTypes::keep_layout(std::string_view head, std::span<const FieldKind> fields) {
  const std::string_view measurement = measurement_of(head);
  // The last one is often the one: a new series of a measurement comes among its like.
  for (size_t i = layouts_.size(); i-- > 1 && i + 64 > layouts_.size();) {
    const Layout& layout = layouts_[i];
    if (layout.measurement == measurement &&
        std::ranges::equal(layout.fields, fields,
                           [](const auto& a, const FieldKind& b) { return a.second == b.type && a.first == b.name; })) {
      return static_cast<uint32_t>(i);
    }
  }
  if (layouts_.size() >= kMaxLayouts) return 0;
  Layout& layout = layouts_.emplace_back();
  layout.measurement = measurement;
  for (const FieldKind& field : fields) layout.fields.emplace_back(field.name, field.type);
  return static_cast<uint32_t>(layouts_.size() - 1);
}

}  // namespace inquest::store
