#include "journal/damage_report.h"

#include <algorithm>

#include "journal/scan.h"

namespace inquest::journal {

std::optional<DamageReport> report_damage(JournalFile& file) {
  if (!file.damaged()) return std::nullopt;
  ScannedEntries& scanned = file.scanned();
  DamageReport report;
  report.reason = file.damage();
  report.entries = scanned.size();
  report.bytes = scanned.gap_bytes();
  const uint64_t readable = file.size() - std::min(file.size(), scanned.gap_bytes());
  const uint64_t mean = scanned.size() == 0 ? 0 : std::max<uint64_t>(readable / scanned.size(), 1);

  for (const ScannedEntries::Gap& gap : scanned.gaps()) {
    file.image().relax();
    Loss loss{gap.begin, gap.end - gap.begin, 0, std::nullopt, std::nullopt};
    const auto before = gap.before ? file.entry(*gap.before) : std::nullopt;
    const auto after = gap.after ? file.entry(*gap.after) : std::nullopt;
    if (before) loss.after = before->realtime;
    if (after) loss.before = after->realtime;
    if (before && after && after->seqnum > before->seqnum) {
      loss.entries = after->seqnum - before->seqnum - 1;
    } else if (mean != 0) {
      loss.entries = (loss.bytes + mean / 2) / mean;
    }
    report.lost += loss.entries;
    report.losses.push_back(loss);
  }

  // What the header speaks of beyond the end of the file.
  const FileHeader& header = file.header();
  const uint64_t whole = header.size + header.arena;
  if (file.has_header() && header.arena < uint64_t{1} << 60 && whole > file.size()) {
    Loss loss{file.size(), whole - file.size(), 0, std::nullopt, std::nullopt};
    if (scanned.size() > 0) {
      if (const auto last = file.entry(scanned.at(scanned.size() - 1))) {
        loss.after = last->realtime;
        if (header.tail_seqnum > last->seqnum) loss.entries = header.tail_seqnum - last->seqnum;
      }
    }
    if (header.tail_realtime != 0 && header.tail_realtime < kTimeLimit && loss.entries > 0)
      loss.before = header.tail_realtime;
    report.bytes += loss.bytes;
    report.lost += loss.entries;
    report.losses.push_back(loss);
  }
  return report;
}

}  // namespace inquest::journal
