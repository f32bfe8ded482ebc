#include "support/journal_remote.h"

#include <array>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "support/temp_folder.h"

namespace inquest::testing {
namespace {

constexpr std::string_view kRemote = "/lib/systemd/systemd-journal-remote";

}  // namespace

std::string output_of(const std::string& command) {
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string out;
  std::array<char, 4096> piece{};
  for (size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), pipe)) != 0;) out.append(piece.data(), got);
  (void)pclose(pipe);
  return out;
}

bool has_journal_tools() {
  return std::filesystem::exists(kRemote) &&
         output_of("journalctl --version 2>/dev/null").find("systemd 252") != std::string::npos;
}

ExportEntry::ExportEntry(uint64_t realtime, uint64_t monotonic, uint64_t boot)
    : text_(fmt::format("__REALTIME_TIMESTAMP={}\n__MONOTONIC_TIMESTAMP={}\n_BOOT_ID={:032x}\n", realtime, monotonic,
                        boot)) {}

ExportEntry& ExportEntry::with(std::string_view name, std::string_view value) {
  text_ += name;
  text_ += '\n';
  for (unsigned shift = 0; shift < 64; shift += 8) text_ += static_cast<char>(uint64_t{value.size()} >> shift & 0xFF);
  text_ += value;
  text_ += '\n';
  return *this;
}

void write_journal(const std::string& folder, const std::string& entries, const JournalFormat& format) {
  const TempFolder scratch;
  const std::string input = scratch.write("input", entries);
  std::filesystem::create_directories(folder);
  output_of(
      fmt::format("SYSTEMD_JOURNAL_COMPACT={:d} SYSTEMD_JOURNAL_KEYED_HASH={:d} SYSTEMD_JOURNAL_COMPRESS={} {} "
                  "--split-mode=none -o {}/system.journal {} 2>/dev/null",
                  format.compact, format.keyed, format.compression, kRemote, folder, input));
}

}  // namespace inquest::testing
