// The case: everything that the evidence said, in one model that knows no input format.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/blocks.h"
#include "model/clock_map.h"
#include "model/crash.h"
#include "model/event.h"
#include "model/evidence.h"
#include "model/fact.h"
#include "model/landmark.h"
#include "model/series.h"
#include "model/sign.h"
#include "model/stream.h"
#include "model/strings.h"

namespace inquest::model {

// Decoders add to it, alignment sets its clocks, and reason only reads it. Not thread-safe.
class Case {
 public:
  StringPool strings;
  std::vector<Evidence> evidence;
  std::vector<Stream> streams;
  Blocks<Event> events;
  std::vector<Landmark> landmarks;  // in the order of decoding
  std::vector<Crash> crashes;       // by evidence, then stream, then in the order of their first lines
  std::vector<Sign> signs;          // by evidence, in the order of their first lines
  std::deque<Series> series;
  std::vector<Fact> facts;
  std::vector<Observation> observations;
  std::vector<BootClaim> boot_claims;
  ClockMap clocks;

  std::string_view str(StrId id) const { return strings.view(id); }

  // The series of that name, made if it is new. `stream` gives its clock and channel.
  SeriesId series_id(StrId host, StrId measurement, StrId tags, StrId field, StreamId stream);

  // Adds an event to its stream's account.
  EventId add_event(const Event& event);
  // Keeps the message of an event whose record holds it only escaped. Ids must come in rising order.
  void store_text(EventId event, StrId text) { stored_text_.emplace_back(event, text); }

  // The host of an event: its own, else its stream's; empty where neither says.
  StrId host_of(const Event& event) const { return event.host != 0 ? event.host : streams[event.stream].host; }
  Citation cite(EventId event) const;
  // UTC of an event, sample or observation by the case's clock mapping.
  std::optional<Moment> when(EventId event) const;
  std::optional<Moment> when(StreamId stream, Ns raw) const { return clocks.utc(streams[stream], stream, raw); }

  // The message of an event, and the whole record, of up to 1 MiB, read from the evidence. Not yet made safe for a
  // terminal. Where the bytes are gone or have changed: empty.
  std::string message(EventId event) const;
  std::string record(EventId event) const;
  // The cited bytes, at most `limit`.
  std::string quote(const Citation& cite, size_t limit = 4096) const;
  // "corosync.log:12", "core.bin @4096", "notes.toml".
  std::string cite_text(const Citation& cite) const;

 private:
  using SeriesKey = std::tuple<StrId, StrId, StrId, StrId, StreamId>;
  struct SeriesKeyHash {
    size_t operator()(const SeriesKey& key) const;
  };
  std::unordered_map<SeriesKey, SeriesId, SeriesKeyHash> series_index_;
  std::vector<std::pair<EventId, StrId>> stored_text_;
};

}  // namespace inquest::model
