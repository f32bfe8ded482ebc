#include "model/case.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::model {
namespace {

constexpr size_t kMostRecord = 1 << 20;

}  // namespace

size_t Case::SeriesKeyHash::operator()(const SeriesKey& key) const {
  uint64_t hash = 0x9E3779B97F4A7C15;
  const auto mix = [&](uint64_t part) { hash = (hash ^ part) * 0xD6E8FEB86659FD93; };
  mix(std::get<0>(key));
  mix(std::get<1>(key));
  mix(std::get<2>(key));
  mix(std::get<3>(key));
  mix(std::get<4>(key));
  return hash ^ hash >> 32;
}

SeriesId Case::series_id(StrId host, StrId measurement, StrId tags, StrId field, StreamId stream) {
  const auto [at, added] =
      series_index_.try_emplace({host, measurement, tags, field, stream}, static_cast<SeriesId>(series.size()));
  if (added) {
    Series& fresh = series.emplace_back();
    fresh.host = host;
    fresh.measurement = measurement;
    fresh.tags = tags;
    fresh.field = field;
    fresh.stream = stream;
  }
  return at->second;
}

EventId Case::add_event(const Event& event) {
  const EventId id = events.size();
  events.push_back(event);
  Stream& stream = streams[event.stream];
  if (stream.events == 0) {
    stream.first_event = id;
    stream.earliest = stream.latest = event.time;
  }
  stream.last_event = id;
  stream.earliest = std::min(stream.earliest, event.time);
  stream.latest = std::max(stream.latest, event.time);
  ++stream.events;
  return id;
}

Citation Case::cite(EventId id) const {
  const Event& event = events[id];
  return {streams[event.stream].evidence, event.line, event.offset, event.length};
}

std::optional<Moment> Case::when(EventId id) const {
  const Event& event = events[id];
  return when(event.stream, event.time);
}

std::string Case::quote(const Citation& cite, size_t limit) const {
  if (cite.evidence >= evidence.size() || !evidence[cite.evidence].source) return {};
  std::string out(std::min<size_t>(cite.length, limit), '\0');
  const auto got = evidence[cite.evidence].source->read_at(cite.offset, out);
  out.resize(got ? *got : 0);
  return out;
}

std::string Case::record(EventId id) const { return quote(cite(id), kMostRecord); }

std::string Case::message(EventId id) const {
  const Event& event = events[id];
  if ((event.flags & Event::kStoredText) != 0) {
    const auto at = std::ranges::lower_bound(stored_text_, id, {}, &std::pair<EventId, StrId>::first);
    return at != stored_text_.end() && at->first == id ? std::string(str(at->second)) : std::string();
  }
  std::string text = record(id);
  text.erase(0, std::min<size_t>(event.text_at, text.size()));
  return text;
}

std::string Case::cite_text(const Citation& cite) const {
  if (cite.evidence >= evidence.size()) return {};
  const std::string& path = evidence[cite.evidence].path;
  if (cite.line != 0) return fmt::format("{}:{}", path, cite.line);
  if (cite.length != 0) return fmt::format("{} @{}", path, cite.offset);
  return path;
}

}  // namespace inquest::model
