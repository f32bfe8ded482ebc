// One Proxmox task's output, /var/log/pve/tasks/E/UPID:...: without times; its name says what it is of.
// Source: pve-common, src/PVE/RESTEnvironment.pm, fork_worker(); src/PVE/Tools.pm, upid_read_status().
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/line_reader.h"
#include "model/upid.h"

namespace inquest::decode {
namespace {

class PveTaskLog : public LineReader {
 public:
  explicit PveTaskLog(Sink& sink) : LineReader(sink), name_(sink.file_name()) {
    if (const auto upid = model::parse_upid(name_)) {
      node_ = sink.intern(upid->node);
      type_ = sink.intern(upid->type);
      text_ = upid->text;
      start_ = upid->start;
    }
    model::Stream fresh;
    fresh.source = sink.intern("pve task");
    fresh.host = node_;
    stream_ = sink.open_stream(fresh);
  }

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    EventRecord event;
    event.stream = stream_;
    event.place = place;
    event.ident = type_;
    const bool failed = text.starts_with("TASK ERROR: ");
    event.severity = failed ? model::Severity::Error : model::Severity::Info;
    event.message = text;
    const model::EventId id = sink().event(event);
    if (text_.empty()) return;
    if (!begun_) sink().landmark(model::LandmarkKind::TaskBegin, id, text_, start_);
    begun_ = true;
    if (failed || text == "TASK OK" || text.starts_with("TASK WARNINGS: "))
      sink().landmark(model::LandmarkKind::TaskEnd, id, text_, start_);
  }

  std::string name_;
  std::string_view text_;  // the task's name, in name_; empty where the file has another
  Ns start_ = 0;
  model::StrId node_ = 0;
  model::StrId type_ = 0;
  model::StreamId stream_ = 0;
  bool begun_ = false;
};

// What it says is the output of whatever ran; only its name or its last line tells that it is one.
Claim sniff(const Head& head) {
  const bool named = model::parse_upid(head.name).has_value();
  const auto lines = head.lines(5000);
  bool ended = false;
  for (auto line = lines.rbegin(); line != lines.rend() && head.complete; ++line) {
    if (trim(*line).empty()) continue;
    ended = *line == "TASK OK" || line->starts_with("TASK ERROR: ") || line->starts_with("TASK WARNINGS: ");
    break;
  }
  if (named) return head.bytes.find('\0') == std::string_view::npos ? Claim::Likely : Claim::No;
  return ended ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PveTaskLog>(sink); }

}  // namespace

extern const Decoder pve_task_log_decoder;
const Decoder pve_task_log_decoder = {"pve_task_log", "what one Proxmox task printed", sniff, open};

}  // namespace inquest::decode
