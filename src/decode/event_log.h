// One log's stream, opened with its first event.
#pragma once

#include <optional>
#include <string_view>

#include "decode/sink.h"

namespace inquest::decode {

class EventLog {
 public:
  // `shape` without its evidence; `ident` is the program of every event.
  EventLog(Sink& sink, const model::Stream& shape, std::string_view ident)
      : sink_(sink), shape_(shape), ident_(sink.intern(ident)) {}

  // Records `message`, a view into `record` (the bytes at `place`) or a text of the decoder's own.
  model::EventId add(Ns time, const Place& place, std::string_view record, std::string_view message,
                     model::Severity severity, std::string_view host = {});

 private:
  Sink& sink_;
  model::Stream shape_;
  model::StrId ident_;
  std::optional<model::StreamId> stream_;
};

// The shape of a log's stream.
model::Stream log_shape(Sink& sink, std::string_view source, model::ClockDomain clock, model::Channel channel,
                        Precision precision = Precision::Second);

}  // namespace inquest::decode
