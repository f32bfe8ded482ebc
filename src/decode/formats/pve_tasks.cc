// Proxmox's lists of tasks, /var/log/pve/tasks/index, index.1 and active: what was done, by whom, and how it ended.
// Source: pve-common, src/PVE/RESTEnvironment.pm, active_workers(), and src/PVE/INotify.pm, read_active_workers().
#include <optional>

#include "base/text.h"
#include "decode/line_reader.h"
#include "model/upid.h"

namespace inquest::decode {
namespace {

struct TaskLine {
  model::Upid upid;
  std::optional<Ns> ended;  // UTC
  std::string_view status;  // "OK", "unexpected status", an error's text
};

// "UPID:...: 695FF63F OK" of the index; "UPID:...: 1 695FF63F OK" or "UPID:...: 0" of the active ones, where the digit
// says whether the index has it.
std::optional<TaskLine> task_line(std::string_view line) {
  const auto upid = model::parse_upid(line);
  if (!upid) return std::nullopt;
  TaskLine out{*upid, {}, {}};
  std::string_view rest = line.substr(upid->text.size());
  if (rest.empty()) return out;
  if (!rest.starts_with(' ')) return std::nullopt;
  rest.remove_prefix(1);
  if (rest.starts_with("0") || rest.starts_with("1")) {
    if (rest.size() == 1) return out;
    if (rest[1] == ' ') rest.remove_prefix(2);
  }
  const std::string_view time = rest.substr(0, rest.find(' '));
  const auto seconds = time.size() == 8 ? parse_int<uint32_t>(time, 16) : std::nullopt;
  if (!seconds) return std::nullopt;
  out.ended = static_cast<Ns>(*seconds) * kSecond;
  out.status = trim(rest.substr(time.size()));
  return out;
}

class PveTasks : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    const auto task = task_line(text);
    if (!task) return sink().problem(place, "not a line of a list of tasks");
    if (task->ended && *task->ended < task->upid.start)
      sink().problem(place, "a task that ended before it began: the clock was set back");
    if (!stream_) {
      model::Stream fresh;
      fresh.source = sink().intern("pve tasks");
      fresh.clock = model::ClockDomain::Utc;
      stream_ = sink().open_stream(fresh);
    }
    EventRecord event;
    event.stream = *stream_;
    // What the next start of the host finds unfinished gets that status, and the time of the finding.
    const bool died = task->status == "unexpected status";
    event.time = task->ended && !died ? *task->ended : task->upid.start;
    event.place = place;
    event.host = sink().intern(task->upid.node);
    event.ident = sink().intern("task");
    const bool failed = !task->status.empty() && task->status != "OK" && !task->status.starts_with("WARNINGS");
    event.severity = failed ? model::Severity::Error : model::Severity::Info;
    event.message = text;
    const model::EventId id = sink().event(event);
    const auto kind = task->ended && !died ? model::LandmarkKind::TaskEnd : model::LandmarkKind::TaskBegin;
    sink().landmark(kind, id, task->upid.text, task->upid.start);
  }

  std::optional<model::StreamId> stream_;
};

Claim sniff(const Head& head) {
  size_t lines = 0;
  size_t known = 0;
  for (const std::string_view line : head.lines()) {
    if (trim(line).empty()) continue;
    ++lines;
    if (task_line(line)) ++known;
  }
  return known != 0 && known * 2 > lines ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PveTasks>(sink); }

}  // namespace

extern const Decoder pve_tasks_decoder;
const Decoder pve_tasks_decoder = {"pve_tasks", "Proxmox's index of tasks: what was done, by whom, how it ended", sniff,
                                   open};

}  // namespace inquest::decode
