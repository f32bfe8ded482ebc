#include "support/sample_inquiry.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/sha256.h"
#include "base/time.h"

namespace inquest::testing {
namespace {

using model::Citation;
using model::Incident;

class MemorySource : public model::ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<size_t> read_at(uint64_t offset, std::span<char> out) override {
    if (offset >= bytes_.size()) return size_t{0};
    const size_t count = std::min<size_t>(out.size(), bytes_.size() - offset);
    std::memcpy(out.data(), bytes_.data() + offset, count);
    return count;
  }

 private:
  std::string bytes_;
};

Instant at(std::string_view text) {
  const auto time = parse_iso_date_or_time(text);
  return {time->local - time->offset.value_or(0), time->precision};
}

model::Moment moment(std::string_view text, Ns uncertainty = 0) {
  const Instant instant = at(text);
  return {instant.ns - uncertainty, instant.ns + uncertainty, instant.precision};
}

Interval between(std::string_view after, std::string_view before) { return {at(after), at(before)}; }

struct Cites {
  Citation last_sample;
  Citation first_sample_after;
  Citation link_down;
  Citation idle;
  Citation list_boots;
  Citation log2ram;
  Citation console_dead;
  Citation pstore;
};

Cites add_evidence_of_silent_hang(model::Case& the_case) {
  const auto boots =
      add_evidence(the_case, "case/boots.txt", "list-boots",
                   "IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY\n"
                   " -1 6d1c0f5d8a3b4f0e9b7a2c4d5e6f7081 Mon 2025-03-03 06:12:09 UTC Wed 2025-03-05 23:55:02 UTC\n"
                   "  0 0b9e8d7c6a5f4e3d2c1b0a9f8e7d6c5b Fri 2025-03-14 05:41:17 UTC Fri 2025-03-14 06:02:40 UTC\n");
  const auto corosync =
      add_evidence(the_case, "case/birch-corosync.log", "syslog",
                   "Mar 14 03:07:31 birch corosync[1211]:   [KNET  ] link: host: 1 link: 0 is down\n"
                   "Mar 14 03:07:31 birch corosync[1211]:   [KNET  ] host: host: 1 has no active links\n");
  const auto cpu =
      add_evidence(the_case, "case/cpu.csv", "influx-csv",
                   "_time,_value,host\n2025-03-14T03:07:00Z,97.4,alder\n2025-03-14T03:07:10Z,97.6,alder\n");
  const auto uptime = add_evidence(
      the_case, "case/uptime.csv", "influx-csv",
      "_time,_value,host\n2025-03-14T03:07:10Z,939302,alder\n2025-03-14T05:42:00Z,47,alder\n2025-03-14T05:42",
      model::Outcome::Partial);
  the_case.evidence[uptime].diagnostics = {{"row has 1 column, 3 expected", 86, 4, 1}};
  const auto notes = add_evidence(the_case, "case/observations.toml", "observations",
                                  "[[observation]]\nat = 2025-03-14T05:20:00Z\nkind = \"console-dead\"\ntext "
                                  "= \"screen black, keyboard dead, fans on\"\n");
  const auto unit = add_evidence(the_case, "case/log2ram.conf", "log2ram", "SIZE=128M\nUSE_RSYNC=false\n");
  const auto pstore = add_evidence(the_case, "case/pstore.txt", "listing", "total 0\n");
  add_evidence(the_case, "case/screen.jpg", "unrecognised", std::string("\xFF\xD8\xFF\xE0", 4),
               model::Outcome::Unrecognised);
  model::Evidence& denied = the_case.evidence.emplace_back();
  denied.path = "case/kern.log";
  denied.kind = "unreadable";
  denied.status = model::Outcome::Refused;
  denied.diagnostics = {{"permission denied; run as root, or change its mode", 0, 0, 1}};
  return {cite_line(the_case, uptime, 2), cite_line(the_case, uptime, 3), cite_line(the_case, corosync, 2),
          cite_line(the_case, cpu, 3),    cite_line(the_case, boots, 2),  cite_line(the_case, unit, 1),
          cite_line(the_case, notes, 4),  cite_line(the_case, pstore, 1)};
}

void tell_death(Incident& incident, const Cites& cites) {
  incident.host = "alder";
  incident.incident_class = "silent-hang";
  incident.title = "alder fell silent without a word";
  incident.signature = "silent-hang/alder";
  incident.verdict = {
      {"alder stopped between 03:07:10 and 03:07:31 UTC on 2025-03-14 and stayed powered but dead until it "
       "was reset at 05:41:13.",
       {cites.last_sample, cites.link_down, cites.console_dead}},
      {"Nothing that was recorded says why: CPU was as idle as ever, and there are no figures of the disks.",
       {cites.idle}},
      {"A panic cannot be ruled out, because nothing was armed that would have kept one.", {cites.pstore}}};
  incident.class_reasons = {
      {"Its console was dead and its fans ran, so the host hung, and not only its network.", {cites.console_dead}},
      {"No shutdown was logged, but the journal ends nine days before the death, so that says little.",
       {cites.list_boots}}};
  incident.death = between("2025-03-14T03:07:10Z", "2025-03-14T03:07:31Z");
  incident.death_text = "Telegraf's last sample came at 03:07:10; corosync on birch gave up its last link at 03:07:31.";
  incident.death_cites = {cites.last_sample, cites.link_down};
  incident.reset = between("2025-03-14T05:41:13Z", "2025-03-14T05:41:13Z");
  incident.reset_text = "Uptime was 47 s at 05:42:00.";
  incident.reset_cites = {cites.first_sample_after};
  incident.witnesses = {{"telegraf metrics",
                         "network of alder",
                         between("2025-03-14T03:07:10Z", "2025-03-14T03:07:21Z"),
                         "A sample every 10 s, flushed within 1 s; the next one is missing.",
                         {cites.last_sample}},
                        {"console, as a person saw it",
                         "person",
                         {std::nullopt, at("2025-03-14T05:20:00Z")},
                         "Screen black, keyboard dead, fans on.",
                         {cites.console_dead}},
                        {"corosync on birch",
                         "network of alder",
                         {std::nullopt, at("2025-03-14T03:07:31Z")},
                         "No active links to node 1, which is alder.",
                         {cites.link_down}}};
}

void tell_timeline(Incident& incident, const Cites& cites) {
  incident.timeline = {
      {moment("2025-03-05T23:55:02Z"), "journal", "last entry of the journal before the death", cites.list_boots, false,
       true},
      {moment("2025-03-14T03:07:00Z"), "telegraf", "cpu usage_idle 97.4", cites.idle, false, false},
      {moment("2025-03-14T03:07:10Z"), "telegraf", "uptime 939302, the last sample", cites.last_sample, false, true},
      {moment("2025-03-14T03:07:31Z"), "corosync", "[KNET  ] host: host: 1 has no active links", cites.link_down, false,
       true},
      {moment("2025-03-14T05:20:00Z", 5 * kMinute), "person", "screen black, keyboard dead, fans on",
       cites.console_dead, false, true},
      {std::nullopt, "person", "held the power button", cites.console_dead, false, true},
      {moment("2025-03-14T05:41:13Z", 500 * kMilli), "inquest",
       "the kernel that followed started: uptime was 47 s at 05:42:00", cites.first_sample_after, true, true}};
}

void tell_rest(Incident& incident, const Cites& cites) {
  incident.baselines = {
      {"cpu",
       "cpu usage_idle cpu=cpu-total",
       model::Normality::Normal,
       "idle 97.6 %, usually 97.5 %",
       2160,
       30,
       97.5,
       0.15,
       97.6,
       {cites.idle}},
      {"memory",
       "mem used_percent",
       model::Normality::Anomalous,
       "98.2 % used in the last five minutes, usually 41 %",
       2160,
       30,
       41.0,
       1.2,
       98.2,
       {cites.idle}},
      {"network",
       "net err_in interface=vmbr0",
       model::Normality::TooFewSamples,
       "4 samples do not make a baseline",
       4,
       4,
       0,
       0,
       0,
       {cites.idle}},
      {"disk", "", model::Normality::NoFigures, "no series of it in the evidence", 0, 0, 0, 0, 0, {}}};
  incident.gaps = {{"journal of alder",
                    between("2025-03-05T23:55:02Z", "2025-03-14T03:07:31Z"),
                    "8 days 3 h before the death have no journal. log2ram keeps it in memory and writes it "
                    "out once a day, so one crash "
                    "explains a day at most: writing out had failed before.",
                    {cites.list_boots, cites.log2ram}}};
  incident.hypotheses = {{.id = "pcie-stall",
                          .title = "A PCIe device stalled the bus",
                          .kind = "root-cause",
                          .explain = "A device that does not answer stops the processor that waits for it.",
                          .probability = 0.45,
                          .status = "possible",
                          .base = 0.1,
                          .base_reason = "Seldom, but known.",
                          .base_source = "judgement",
                          .sum = {{"A GPU is passed through to a guest.", 1.1, "host.passthrough", {cites.pstore}}},
                          .speaks_for = {{"A GPU is passed through to a guest. (+1.1)", {cites.pstore}}},
                          .missing = {{"AER messages: AER is switched off.", {}}},
                          .actions = {{"Watch the link state of the device.", "lspci -vvs 01:00.0 | grep LnkSta"}}},
                         {.id = "oom",
                          .title = "Memory ran out",
                          .kind = "root-cause",
                          .probability = 0,
                          .status = "ruled-out",
                          .base = 0.05,
                          .base_reason = "Seldom without a word.",
                          .base_source = "judgement",
                          .against = {{"Memory was used to 7 %.", {cites.idle}}}}};
  incident.changes = {{moment("2025-03-12T18:00:00Z"), "apt", "apt upgrade", {cites.list_boots}, false, true},
                      {std::nullopt, "person", "log2ram installed", {cites.log2ram}, false, false}};
  incident.blind_spots = {
      {"panic-capture",
       "pstore was empty, but no backend was registered that could have filled it.",
       "Load efi_pstore or ramoops, or set up kdump, and prove it with a test crash.",
       {cites.pstore}},
      {"disk", "No figures of the disks were recorded.", "Ask the firmware for its event log.", {}}};
  incident.actions = {
      {"Keep the journal on disk.", "systemctl disable --now log2ram"},
      {"Send kernel messages off the host, so that the last words arrive even when the disk does not answer "
       "any more.",
       "modprobe netconsole netconsole=6665@192.0.2.11/eno1,6666@192.0.2.12/52:54:00:12:34:56"},
      {"Ask the firmware for its event log.", ""}};
  incident.contradictions = {{"powered-off", "A note says that the host was off; its fans ran.", {cites.console_dead}}};
}

}  // namespace

model::EvidenceId add_evidence(model::Case& the_case, const std::string& path, const std::string& kind,
                               const std::string& bytes, model::Outcome status) {
  model::Evidence& piece = the_case.evidence.emplace_back();
  piece.path = path;
  piece.kind = kind;
  piece.bytes = bytes.size();
  piece.lines = static_cast<uint64_t>(std::ranges::count(bytes, '\n'));
  piece.sha256 = sha256_hex(bytes);
  piece.status = status;
  piece.source = std::make_unique<MemorySource>(bytes);
  return static_cast<model::EvidenceId>(the_case.evidence.size() - 1);
}

Citation cite_line(const model::Case& the_case, model::EvidenceId evidence, uint32_t line) {
  std::string bytes(the_case.evidence[evidence].bytes, '\0');
  bytes = the_case.quote({evidence, 0, 0, static_cast<uint32_t>(bytes.size())}, bytes.size());
  size_t start = 0;
  for (uint32_t at = 1; at < line; ++at) start = bytes.find('\n', start) + 1;
  const size_t end = std::min(bytes.find('\n', start), bytes.size());
  return {evidence, line, start, static_cast<uint32_t>(end - start)};
}

SampleInquiry silent_hang() {
  SampleInquiry sample;
  const Cites cites = add_evidence_of_silent_hang(sample.the_case);
  model::Boot dead;
  dead.id = "6d1c0f5d8a3b4f0e9b7a2c4d5e6f7081";
  dead.start = between("2025-03-03T06:12:05Z", "2025-03-03T06:12:09Z");
  dead.last = between("2025-03-14T03:07:10Z", "2025-03-14T03:07:10Z");
  dead.end = model::BootEnd::Cut;
  dead.end_text = "its records break off and another boot follows";
  dead.kernel = "6.8.12-9-pve";
  dead.command_line = "root=/dev/mapper/pve-root ro quiet pci=noaer";
  dead.cites = {cites.list_boots};
  dead.end_cites = {cites.last_sample, cites.first_sample_after};
  model::Boot running;
  running.start = between("2025-03-14T05:41:13Z", "2025-03-14T05:41:13Z");
  running.last = {at("2025-03-14T06:02:40Z"), std::nullopt};
  running.end = model::BootEnd::Running;
  running.cites = {cites.first_sample_after};
  sample.inquiry.hosts = {{"alder", {dead, running}}, {"birch", {}}};
  Incident& incident = sample.inquiry.incidents.emplace_back();
  tell_death(incident, cites);
  tell_timeline(incident, cites);
  tell_rest(incident, cites);
  sample.inquiry.findings = {{"volatile-log",
                              "alder",
                              "log2ram keeps /var/log in memory.",
                              "A death loses what was written since the last copy to the disk.",
                              {"Keep the journal on disk.", "systemctl disable --now log2ram"},
                              {cites.log2ram}}};
  const model::StrId alder = sample.the_case.strings.intern("alder");
  sample.inquiry.coverage = {{alder,
                              "telegraf system",
                              model::Watch::Metrics | model::Watch::Liveness,
                              between("2025-03-13T21:07:10Z", "2025-03-14T03:07:10Z"),
                              {cites.last_sample}},
                             {0,
                              "syslog (case/birch-corosync.log)",
                              model::Watch::Cluster | model::Watch::SystemLog,
                              between("2025-03-14T03:07:31Z", "2025-03-14T03:07:31Z"),
                              {cites.link_down}}};
  sample.inquiry.assumptions = {{"The times in case/birch-corosync.log are UTC: no zone is said.", {cites.link_down}}};
  sample.inquiry.notes = {{"birch logged nothing unusual.", {cites.link_down}}};
  return sample;
}

SampleInquiry orderly_boots() {
  SampleInquiry sample;
  model::Evidence& archive = sample.the_case.evidence.emplace_back();
  archive.path = "logs.tar.gz";
  archive.kind = "gzip";
  archive.bytes = 1234567;
  archive.status = model::Outcome::Clean;
  const auto log = add_evidence(sample.the_case, "logs.tar.gz!/var/log/syslog", "syslog",
                                "2025-06-01T10:00:00Z cedar kernel: Linux version 6.1.0-18-amd64\n"
                                "2025-06-01T12:00:00Z cedar kernel: reboot: Restarting system\n"
                                "2025-06-01T12:00:40Z cedar kernel: Linux version 6.1.0-18-amd64\n");
  model::Boot first;
  first.start = between("2025-06-01T10:00:00Z", "2025-06-01T10:00:00Z");
  first.last = between("2025-06-01T12:00:00Z", "2025-06-01T12:00:00Z");
  first.end = model::BootEnd::Orderly;
  first.end_text = "reboot: Restarting system";
  first.kernel = "6.1.0-18-amd64";
  first.cites = {cite_line(sample.the_case, log, 1)};
  first.end_cites = {cite_line(sample.the_case, log, 2)};
  model::Boot second;
  second.start = between("2025-06-01T12:00:40Z", "2025-06-01T12:00:40Z");
  second.last = second.start;
  second.cites = {cite_line(sample.the_case, log, 3)};
  sample.inquiry.hosts = {{"cedar", {first, second}}};
  sample.inquiry.notes = {
      {"The only end of a boot in the evidence is an orderly restart.", {cite_line(sample.the_case, log, 2)}},
      {"The last boot's records end 40 s later, when the log was taken or lost; nothing says which.",
       {cite_line(sample.the_case, log, 3)}}};
  return sample;
}

SampleInquiry made_of(std::string_view words) {
  const std::string all(words);
  SampleInquiry sample;
  const auto id = add_evidence(sample.the_case, all, all, all, model::Outcome::Partial);
  sample.the_case.evidence[id].diagnostics = {{all, 12, 0, 3}, {all, 12, 7, 1}};
  const Citation cite{id, 1, 0, static_cast<uint32_t>(all.size())};
  const Interval window = between("2025-03-14T03:07:10Z", "2025-03-14T03:07:31Z");
  const model::Statement statement{all, {cite}};
  Incident incident;
  incident.host = incident.incident_class = incident.title = incident.signature = incident.death_text =
      incident.reset_text = all;
  incident.verdict = incident.class_reasons = {statement, statement};
  incident.death = window;
  incident.death_cites = incident.reset_cites = {cite};
  incident.culprit = {all, all, all};
  incident.witnesses = {{all, all, window, all, {cite}}, {all, "another path", {}, all, {}}};
  incident.timeline = {{moment("2025-03-14T03:07:10Z"), all, all, cite, false, true},
                       {std::nullopt, all, all, cite, true, true}};
  incident.baselines = {{all, all, model::Normality::Normal, all, 5, 5, 1, 1, 1, {cite}}};
  incident.gaps = {{all, window, all, {cite}}};
  incident.hypotheses = {{.id = all,
                          .title = all,
                          .kind = all,
                          .explain = all,
                          .probability = 0.5,
                          .status = all,
                          .base = 0.5,
                          .base_reason = all,
                          .base_source = all,
                          .sum = {{all, 1, all, {cite}}},
                          .speaks_for = {statement},
                          .against = {statement},
                          .missing = {statement},
                          .actions = {{all, all}}}};
  incident.changes = {{moment("2025-03-13T03:07:10Z"), all, all, {cite}, true, true}, {{}, all, all, {cite}}};
  incident.blind_spots = {{all, all, all, {cite}}};
  incident.actions = {{all, all}};
  incident.contradictions = {{all, all, {cite}}};
  Incident elsewhere = incident;
  elsewhere.host = "another host";
  sample.inquiry.incidents = {incident, elsewhere, incident};
  model::Boot boot;
  boot.id = boot.end_text = boot.kernel = boot.command_line = all;
  boot.start = boot.last = window;
  boot.cites = boot.end_cites = {cite};
  sample.inquiry.hosts = {{all, {boot}}, {"another host", {boot}}};
  sample.inquiry.assumptions = sample.inquiry.notes = {statement};
  sample.inquiry.findings = {{all, all, all, all, {all, all}, {cite}}, {all, {}, all, {}, {}, {cite}}};
  sample.inquiry.coverage = {{sample.the_case.strings.intern(all), all, model::Watch::KernelLog, window, {cite}}};
  return sample;
}

}  // namespace inquest::testing
