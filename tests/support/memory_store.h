// A store in memory that keeps batches as they came and gives them back, for tests of what fills one and of what reads
// one.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "store/line_protocol.h"
#include "store/store.h"

namespace inquest::testing {

// Acknowledges at once, on the caller's thread; or only on release(), which plays a slow disk. Knows tags of kind
// Equal, neither words (EventQuery::match) nor lists of series and fields. Any thread.
class MemoryStore : public store::Store {
 public:
  void write(std::string_view bucket, std::string lines, Done done) override {
    const std::scoped_lock lock(mutex_);
    if (refusal_) return done(fail(*refusal_));
    lines_[std::string(bucket)] += lines;
    acknowledge(std::move(done));
  }
  void write(std::vector<store::Event> events, Done done) override {
    const std::scoped_lock lock(mutex_);
    if (refusal_) return done(fail(*refusal_));
    for (store::Event& event : events) events_.push_back(std::move(event));
    acknowledge(std::move(done));
  }
  Result<std::vector<std::string>> buckets() override {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, lines] : lines_) names.push_back(name);
    return names;
  }
  Result<void> create_bucket(std::string_view name) override {
    const std::scoped_lock lock(mutex_);
    lines_[std::string(name)];
    return {};
  }
  Result<void> select(const store::Selection& selection, const std::function<bool(store::Slice&&)>& take) override {
    // A row is the fields of one time.
    std::map<std::string, std::map<Ns, std::map<std::string, store::LineField>>> series;
    const std::string text = lines(selection.bucket);
    for (size_t at = 0; at < text.size();) {
      const size_t end = store::end_of_line(text, at);
      store::LineParts parts;
      if (store::split_line(std::string_view(text).substr(at, end - at), parts).empty()) {
        const auto time = parse_int<Ns>(parts.time).value_or(0);
        if (time >= selection.from && time < selection.to && matches(selection, store::parse_series(parts.head))) {
          std::string_view fields = parts.fields;
          store::LineField field;
          while (store::next_field(fields, field))
            series[std::string(parts.head)][time][std::string(field.name)] = field;
        }
      }
      at = end + 1;
    }
    for (const auto& [head, rows] : series) {
      const store::SeriesKey key = store::parse_series(head);
      store::Slice slice;
      slice.key = &key;
      std::set<std::string> names;
      for (const auto& [time, fields] : rows) {
        for (const auto& [name, field] : fields) names.insert(name);
      }
      std::vector<std::pair<Ns, std::map<std::string, store::LineField>>> ordered(rows.begin(), rows.end());
      if (selection.newest_first) std::ranges::reverse(ordered);
      if (selection.rows_per_series != 0 && ordered.size() > selection.rows_per_series) {
        ordered.resize(selection.rows_per_series);
      }
      for (const std::string& name : names) slice.columns.push_back({name, store::FieldType::Float, {}, {}, {}});
      for (const auto& [time, fields] : ordered) {
        slice.times.push_back(time);
        for (store::Column& column : slice.columns) {
          const auto field = fields.find(column.field);
          column.present.push_back(field != fields.end());
          column.bits.push_back(field != fields.end() ? field->second.bits : 0);
          if (field == fields.end()) continue;
          column.type = field->second.type;
          if (column.type == store::FieldType::String) {
            column.bits.back() = column.strings.size();
            column.strings.push_back(store::unescape_string(field->second.text));
          }
        }
      }
      if (!take(std::move(slice))) break;
    }
    return {};
  }
  Result<void> series(const store::Selection&, const std::function<bool(const store::SeriesKey&)>&) override {
    return none();
  }
  Result<std::vector<std::pair<std::string, store::FieldType>>> fields(const store::Selection&) override {
    return fail(none().error());
  }
  Result<void> events(const store::EventQuery& query, const std::function<bool(store::StoredEvent&&)>& take) override {
    std::vector<store::StoredEvent> found;
    {
      const std::scoped_lock lock(mutex_);
      uint64_t row = 0;
      for (const store::Event& event : events_) {
        ++row;
        if (row <= query.after_row || event.time < query.from || event.time >= query.to) continue;
        if (!query.host.empty() && event.host != query.host) continue;
        if (!query.source.empty() && event.source != query.source) continue;
        if (query.severity && event.severity > *query.severity) continue;
        found.push_back({row, event});
      }
    }
    if (!query.by_row) std::ranges::stable_sort(found, {}, [](const auto& one) { return one.event.time; });
    if (query.newest_first) std::ranges::reverse(found);
    if (query.limit != 0 && found.size() > query.limit) found.resize(query.limit);
    for (store::StoredEvent& one : found) {
      if (!take(std::move(one))) break;
    }
    return {};
  }
  Result<uint64_t> put_incident(const store::KeptIncident& incident) override {
    const std::scoped_lock lock(mutex_);
    store::KeptIncident kept = incident;
    if (kept.id == 0) kept.id = incidents_.empty() ? 1 : incidents_.rbegin()->first + 1;
    const uint64_t id = kept.id;
    incidents_[id] = std::move(kept);
    return id;
  }
  Result<std::vector<store::KeptIncident>> incidents(std::optional<uint64_t> id) override {
    const std::scoped_lock lock(mutex_);
    std::vector<store::KeptIncident> out;
    for (const auto& [number, incident] : incidents_) {
      if (!id || *id == number) out.push_back(incident);
    }
    return out;
  }
  Result<void> flush() override {
    release();
    const std::scoped_lock lock(mutex_);
    ++flushes_;
    return {};
  }
  store::Usage usage() override { return {.bytes = 4711, .events = events_seen().size()}; }

  // What was written to the bucket, in order; all that was not refused.
  std::string lines(std::string_view bucket) {
    const std::scoped_lock lock(mutex_);
    return lines_[std::string(bucket)];
  }
  std::vector<store::Event> events_seen() {
    const std::scoped_lock lock(mutex_);
    return events_;
  }
  int flushes() {
    const std::scoped_lock lock(mutex_);
    return flushes_;
  }
  size_t waiting() {
    const std::scoped_lock lock(mutex_);
    return held_.size();
  }
  // Every write from now on is answered with this; nothing ends that.
  void refuse(std::optional<Error> refusal) {
    const std::scoped_lock lock(mutex_);
    refusal_ = std::move(refusal);
  }
  // Acknowledges nothing until release().
  void hold() {
    const std::scoped_lock lock(mutex_);
    holding_ = true;
  }
  void release() {
    std::vector<Done> held;
    {
      const std::scoped_lock lock(mutex_);
      holding_ = false;
      held.swap(held_);
    }
    for (const Done& done : held) done({});
  }

 private:
  static bool matches(const store::Selection& selection, const store::SeriesKey& key) {
    if (selection.measurement && key.measurement != *selection.measurement) return false;
    return std::ranges::all_of(selection.tags,
                               [&](const store::TagMatch& match) { return key.tag(match.key) == match.value; });
  }
  static Result<void> none() { return fail(ErrorCode::Unsupported, "this store of tests gives nothing back"); }
  void acknowledge(Done done) {
    if (holding_) {
      held_.push_back(std::move(done));
    } else {
      done({});
    }
  }

  std::mutex mutex_;
  std::map<std::string, std::string> lines_;
  std::vector<store::Event> events_;
  std::map<uint64_t, store::KeptIncident> incidents_;
  std::vector<Done> held_;
  std::optional<Error> refusal_;
  bool holding_ = false;
  int flushes_ = 0;
};

}  // namespace inquest::testing
