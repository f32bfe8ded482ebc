#include "decode/event_log.h"

#include <functional>

namespace inquest::decode {

model::EventId EventLog::add(Ns time, const Place& place, std::string_view record, std::string_view message,
                             model::Severity severity, std::string_view host) {
  if (!stream_) stream_ = sink_.open_stream(shape_);
  EventRecord event;
  event.stream = *stream_;
  event.time = time;
  event.place = place;
  event.host = sink_.intern(host);
  event.ident = ident_;
  event.severity = severity;
  event.message = message;
  const std::less_equal<const char*> before;  // the order of unrelated pointers is unspecified, but total
  const bool inside = before(record.data(), message.data()) &&
                      before(message.data() + message.size(), record.data() + record.size()) &&
                      message.size() + static_cast<size_t>(message.data() - record.data()) == record.size();
  event.text_at = inside ? static_cast<uint32_t>(message.data() - record.data()) : EventRecord::kStored;
  return sink_.event(event);
}

model::Stream log_shape(Sink& sink, std::string_view source, model::ClockDomain clock, model::Channel channel,
                        Precision precision) {
  model::Stream out;
  out.source = sink.intern(source);
  out.clock = clock;
  out.channel = channel;
  out.precision = precision;
  return out;
}

}  // namespace inquest::decode
