#include "record/journal_duplicates.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace inquest::record {
namespace {

constexpr std::string_view kSource = "journal";

std::string_view cursor_of(const store::Event& event) {
  for (const auto& [name, value] : event.fields) {
    if (name == "__CURSOR") return value;
  }
  return {};
}

}  // namespace

bool JournalDuplicates::must_ask(const std::vector<store::Event>& events) const {
  return std::ranges::any_of(events, [&](const store::Event& event) {
    const auto known = newest_.find(event.host);
    return known == newest_.end() ? newest_.size() < kMostHosts : event.time <= known->second;
  });
}

size_t JournalDuplicates::remove(std::vector<store::Event>& events) {
  struct Range {
    Ns first = std::numeric_limits<Ns>::max();
    Ns last = std::numeric_limits<Ns>::min();
  };
  std::map<std::string, Range> ranges;  // of what may be stored
  bool flushed = false;
  for (const store::Event& event : events) {
    auto known = newest_.find(event.host);
    if (known == newest_.end()) {
      if (newest_.size() >= kMostHosts) continue;
      // What an upload before this one left on its way belongs to what is stored.
      if (!std::exchange(flushed, true) && !store_.flush()) return 0;
      known = newest_.emplace(event.host, std::numeric_limits<Ns>::min()).first;
      store::EventQuery query{.host = event.host, .source = std::string(kSource), .newest_first = true, .limit = 1};
      (void)store_.events(query, [&](store::StoredEvent&& stored) {
        known->second = stored.event.time;
        return false;
      });
    }
    if (event.time > known->second) continue;
    Range& range = ranges[event.host];
    range.first = std::min(range.first, event.time);
    range.last = std::max(range.last, event.time);
  }

  std::set<std::pair<std::string, std::string>> stored;  // host and cursor
  for (const auto& [host, range] : ranges) {
    store::EventQuery query{.from = range.first, .to = range.last, .host = host, .source = std::string(kSource)};
    if (query.to < std::numeric_limits<Ns>::max()) ++query.to;
    query.limit = kMostSeen;
    (void)store_.events(query, [&](store::StoredEvent&& one) {
      stored.emplace(host, cursor_of(one.event));
      return true;
    });
  }
  if (stored.empty()) return 0;
  return std::erase_if(events, [&](const store::Event& event) {
    const std::string_view cursor = cursor_of(event);
    return !cursor.empty() && stored.contains({event.host, std::string(cursor)});
  });
}

}  // namespace inquest::record
