#include "record/host_watch.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "base/text.h"
#include "decode/landmark_table.h"

namespace inquest::record {
namespace {

using model::LandmarkKind;

std::string_view field(const store::Event& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return value;
  }
  return {};
}

std::optional<Ns> microseconds(std::string_view text) {
  const auto us = parse_int<uint64_t>(text);
  if (!us || *us > static_cast<uint64_t>(std::numeric_limits<Ns>::max() / kMicro)) return std::nullopt;
  return static_cast<Ns>(*us) * kMicro;
}

// What its node says of a guest is another witness than the guest itself: "telemetry proxmox by pve1".
constexpr std::string_view kBy = " by ";
constexpr size_t kMostMessage = 4096;  // of a line that the crash watch gets
constexpr size_t kMostAddresses = 20'000;

}  // namespace

Result<std::unique_ptr<HostWatch>> HostWatch::open(store::Store& store, Clocks clocks) {
  const Ns steady = clocks.steady();
  const Ns utc = clocks.utc();
  auto book = IncidentBook::open(store, steady);
  if (!book) return fail(book.error());
  const auto memories = read_vital_memories(store, utc);
  if (!memories) return fail(memories.error());
  std::unique_ptr<HostWatch> watch(new HostWatch(store, std::move(clocks), std::move(*book)));
  watch->vital_.recall(*memories, steady, utc);
  for (const VitalMemory& each : *memories) {
    if (each.witness.find(kBy) == std::string::npos) watch->learn_name(each.peer, each.host);
  }
  watch->remembered_ = steady;
  return watch;
}

HostWatch::Note HostWatch::note_of(const store::Event& event) {
  Note note;
  note.host = event.host;
  note.witness = event.source;
  note.peer = field(event, "peer");
  note.received = event.received;
  const bool netconsole = event.source == "netconsole";
  if (netconsole && event.ident == "inquest") {
    // What the listener says of the stream itself.
    note.paced = false;
    note.kernel = true;
    if (field(event, "note") == "restart") {
      note.banner = true;
      note.uptime = microseconds(field(event, "uptime_us"));
    }
    return note;
  }
  if (!netconsole) note.stated = event.time;
  note.boot_id = field(event, "_BOOT_ID");
  note.kernel = netconsole || event.ident == "kernel";
  const decode::Voice voice = note.kernel ? decode::Voice::Kernel : decode::voice_of(event.ident);
  const std::string_view message = note.kernel ? decode::strip_kernel_stamp(event.message) : event.message;
  if (const auto mark = decode::find_landmark(voice, message)) {
    note.leaving = mark->kind == LandmarkKind::ShutdownBegin || mark->kind == LandmarkKind::ShutdownEnd;
    // A netconsole that is switched on repeats the log of its boot; its listener knows better what started anew.
    note.banner = mark->kind == LandmarkKind::KernelBanner && !netconsole;
  }
  if (note.kernel) {
    note.has_line = true;
    note.message = std::string_view(event.message).substr(0, kMostMessage);
    if (!event.message.starts_with('[')) {
      note.monotonic = microseconds(field(event, "monotonic_us"));
      note.caller = field(event, "caller");
    }
  }
  return note;
}

void HostWatch::events(std::span<const store::Event> events) {
  Batch batch;
  batch.steady = clocks_.steady();
  batch.notes.reserve(events.size());
  for (const store::Event& event : events) batch.notes.push_back(note_of(event));
  leave(std::move(batch));
}

void HostWatch::lines(const Peer& peer, std::string_view bucket, std::string_view lines) {
  if (bucket == kBucket) return;
  Batch batch;
  batch.steady = clocks_.steady();
  batch.received = clocks_.utc();
  batch.peer = peer.address;
  batch.bucket = bucket;
  batch.beats = line_beats(lines);
  leave(std::move(batch));
}

void HostWatch::leave(Batch batch) {
  const std::scoped_lock lock(batches_mutex_);
  if (waiting_ + batch.size() > kMostNotes) return;
  waiting_ += batch.size();
  batches_.push_back(std::move(batch));
}

void HostWatch::learn_name(std::string_view address, std::string_view host) {
  // From the recorder's own machine anybody may speak for others: relays, replays.
  if (address.empty() || address == host || address.starts_with("127.") || address == "::1") return;
  const auto known = names_.find(address);
  if (known == names_.end()) {
    if (names_.size() < kMostAddresses) names_.emplace(address, host);
  } else if (known->second != host) {
    known->second = "*";
  }
}

std::string_view HostWatch::name_of(const Sign& sign) {
  if (sign.host != sign.peer) {
    // A node that speaks for its guests has its own name.
    learn_name(sign.peer, sign.reporter.empty() ? sign.host : sign.reporter);
    return sign.host;
  }
  // A netconsole does not say its host's name; whoever else sends from there may.
  const auto known = names_.find(sign.peer);
  return known == names_.end() || known->second == "*" ? sign.host : std::string_view(known->second);
}

void HostWatch::leave_address(Sign sign) {
  if (sign.host == sign.peer) return;
  const auto state = vital_.state(sign.peer);
  if (!state) return;
  const auto known = names_.find(sign.peer);
  if (known == names_.end() || known->second != sign.host) return;
  if (*state == VitalState::Alive) return vital_.forget_unpaced(sign.peer);
  // It died before anybody said its name, and this is its return; the pace is that of the name.
  sign.host = sign.peer;
  sign.paced = false;
  vital_.sign(sign);
}

void HostWatch::take(const Note& note, Ns steady) {
  Sign sign;
  sign.host = note.host;
  sign.witness = note.witness;
  sign.peer = note.peer;
  sign.steady = steady;
  sign.received = note.received;
  sign.stated = note.stated;
  sign.paced = note.paced;
  sign.sampled = false;
  sign.kernel = note.kernel;
  sign.banner = note.banner;
  sign.uptime = note.uptime;
  sign.boot_id = note.boot_id;
  sign.host = name_of(sign);
  vital_.sign(sign);
  leave_address(sign);
  if (note.leaving) vital_.leaving(sign.host, steady);
  if (note.has_line) {
    crashes_.line(sign.host, note.witness, steady, note.stated.value_or(note.received), note.monotonic, note.caller,
                  note.message);
  }
}

void HostWatch::take(const LineBeat& beat, const Batch& batch) {
  Sign sign;
  sign.host = beat.host.empty() ? batch.peer : beat.host;
  std::string witness = "telemetry ";
  witness += batch.bucket;
  if (!beat.reporter.empty() && beat.reporter != sign.host) witness.append(kBy).append(beat.reporter);
  sign.witness = witness;
  sign.source = beat.measurement;
  sign.peer = batch.peer;
  sign.reporter = beat.reporter;
  sign.steady = batch.steady;
  sign.received = batch.received;
  sign.stated = beat.stated;
  sign.uptime = beat.uptime;
  sign.host = name_of(sign);
  if (beat.off) {
    if (vital_.state(sign.host)) vital_.leaving(sign.host, batch.steady);
    return;
  }
  vital_.sign(sign);
  leave_address(sign);
}

Result<void> HostWatch::work() {
  std::vector<Batch> batches;
  {
    const std::scoped_lock lock(batches_mutex_);
    batches.swap(batches_);
    waiting_ = 0;
  }
  const Ns steady = clocks_.steady();
  const Ns utc = clocks_.utc();
  const std::scoped_lock lock(mutex_);
  for (const Batch& batch : batches) {
    for (const Note& note : batch.notes) take(note, batch.steady);
    for (const LineBeat& beat : batch.beats) take(beat, batch);
  }
  crashes_.tick(steady);
  if (held_up_.exchange(false)) {
    vital_.hold(steady, utc);
  } else {
    vital_.tick(steady, utc);
  }
  for (const StreamedCrash& crash : crashes_.take()) {
    book_.crash(crash, steady, utc);
    if (crash.crash.panicked && !crash.crash.previous_boot) vital_.died(crash.host, steady);
  }
  for (const VitalChange& change : vital_.take_changes()) book_.change(change, steady, utc);
  auto done = book_.tick(steady, utc);
  if (steady - remembered_ >= kRemember) {
    remembered_ = steady;
    if (std::string text = vital_lines(vital_.memories(steady, utc), utc); !text.empty()) {
      store_.write(kBucket, std::move(text), [](const Result<void>&) {});
    }
  }
  return done;
}

void HostWatch::remember() {
  const std::scoped_lock lock(mutex_);
  const Ns utc = clocks_.utc();
  if (std::string text = vital_lines(vital_.memories(clocks_.steady(), utc), utc); !text.empty()) {
    store_.write(kBucket, std::move(text), [](const Result<void>&) {});
  }
}

std::vector<VitalRow> HostWatch::rows() const {
  const std::scoped_lock lock(mutex_);
  return vital_.rows(clocks_.steady(), clocks_.utc());
}

std::vector<std::string> HostWatch::addresses(std::string_view host) const {
  const std::scoped_lock lock(mutex_);
  return addresses_of(host);
}

std::vector<std::string> HostWatch::addresses_of(std::string_view host) const {
  std::vector<std::string> out;
  for (const auto& [address, name] : names_) {
    if (name == host) out.push_back(address);
  }
  return out;
}

bool HostWatch::maintenance(std::string_view host, Ns length) {
  const std::scoped_lock lock(mutex_);
  if (!vital_.state(host)) return false;
  vital_.maintenance(host, clocks_.steady(), length);
  remembered_ = 0;  // at the next work(): an announcement outlives the recorder
  return true;
}

std::vector<Incident> HostWatch::take_due() {
  const std::scoped_lock lock(mutex_);
  std::vector<Incident> due = book_.take_due();
  for (Incident& incident : due) incident.addresses = addresses_of(incident.host);
  return due;
}

void HostWatch::examined(uint64_t id, Examined result) {
  const std::scoped_lock lock(mutex_);
  book_.examined(id, std::move(result), clocks_.steady());
}

std::vector<Notice> HostWatch::take_notices() {
  const std::scoped_lock lock(mutex_);
  return book_.take_notices();
}

}  // namespace inquest::record
