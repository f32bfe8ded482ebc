#include "record/journal_duplicates.h"

#include <algorithm>
#include <limits>
#include <map>
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

bool JournalDuplicates::all_new(const std::vector<store::Event>& events) {
  {
    const std::scoped_lock lock(mutex_);
    for (const store::Event& event : events) {
      const auto known = newest_.find(event.host);
      if (known == newest_.end() || event.time <= known->second) return false;
    }
  }
  note(events);
  return true;
}

void JournalDuplicates::note(const std::vector<store::Event>& events) {
  const std::scoped_lock lock(mutex_);
  for (const store::Event& event : events) note(event.host, event.time);
}

void JournalDuplicates::note(const std::string& host, Ns time) {
  // What is forgotten is asked for again.
  if (newest_.size() >= kMostHosts && !newest_.contains(host)) newest_.clear();
  Ns& newest = newest_.try_emplace(host, time).first->second;
  newest = std::max(newest, time);
}

Ns JournalDuplicates::newest_of(const std::string& host) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto known = newest_.find(host); known != newest_.end()) return known->second;
  }
  Ns newest = std::numeric_limits<Ns>::min();
  const store::EventQuery query{.host = host, .source = std::string(kSource), .newest_first = true, .limit = 1};
  (void)store_.events(query, [&](store::StoredEvent&& stored) {
    newest = stored.event.time;
    return false;
  });
  return newest;
}

size_t JournalDuplicates::remove(std::vector<store::Event>& events) {
  // What an upload before this one left on its way belongs to what is stored.
  if (!store_.flush()) return 0;
  struct Range {
    Ns newest = 0;  // of the host
    Ns first = std::numeric_limits<Ns>::max();
    Ns last = std::numeric_limits<Ns>::min();
  };
  std::map<std::string, Range> ranges;
  for (const store::Event& event : events) {
    const auto [at, inserted] = ranges.try_emplace(event.host);
    Range& range = at->second;
    if (inserted) range.newest = newest_of(event.host);
    if (event.time > range.newest) continue;
    range.first = std::min(range.first, event.time);
    range.last = std::max(range.last, event.time);
  }

  std::set<std::pair<std::string, std::string>> stored;  // host and cursor
  for (const auto& [host, range] : ranges) {
    if (range.first > range.last) continue;
    store::EventQuery query{.from = range.first, .to = range.last, .host = host, .source = std::string(kSource)};
    if (query.to < std::numeric_limits<Ns>::max()) ++query.to;
    query.limit = kMostSeen;
    (void)store_.events(query, [&](store::StoredEvent&& one) {
      stored.emplace(host, cursor_of(one.event));
      return true;
    });
  }
  {
    // The upload goes on, and what comes next may be stored too: the newest is the store's, not this batch's.
    const std::scoped_lock lock(mutex_);
    for (const auto& [host, range] : ranges) note(host, range.newest);
  }
  note(events);
  if (stored.empty()) return 0;
  return std::erase_if(events, [&](const store::Event& event) {
    const std::string_view cursor = cursor_of(event);
    return !cursor.empty() && stored.contains({event.host, std::string(cursor)});
  });
}

}  // namespace inquest::record
