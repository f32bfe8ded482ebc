#include "support/walk_log.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest {

void WalkLog::item(evidence::Item& item) {
  calls.push_back(fmt::format("item {}", item.path));
  if (before) before(item.path);
  Item& seen = items.emplace_back();
  seen.path = item.path;
  seen.modified = item.modified;
  std::string buffer(piece, '\0');
  for (;;) {
    const auto got = item.bytes->read(buffer);
    if (!got) {
      const Error& error = got.error();
      seen.error = error.offset == 0 ? error.message : fmt::format("byte {}: {}", error.offset, error.message);
    }
    if (!got || *got == 0) break;
    seen.size += *got;
    if (seen.content.size() < keep_content) seen.content.append(buffer, 0, *got);
  }
  seen.source = item.keep();
}

void WalkLog::container(const std::string& path, std::string_view kind, uint64_t /*bytes*/) {
  calls.push_back(fmt::format("container {} {}", path, kind));
}

void WalkLog::refused(const std::string& path, const Error& error, bool container) {
  calls.push_back(fmt::format("refused {}{}: {}", path, container ? " (opened)" : "", error.message));
}

const WalkLog::Item* WalkLog::find(std::string_view path) const {
  const auto found = std::ranges::find(items, path, &Item::path);
  return found == items.end() ? nullptr : &*found;
}

std::vector<std::string> WalkLog::paths() const {
  std::vector<std::string> out;
  for (const Item& item : items) out.push_back(item.path);
  return out;
}

std::string WalkLog::refusal(std::string_view path) const {
  for (const std::string_view call : calls) {
    for (const std::string_view opened : {"", " (opened)"}) {
      const std::string start = fmt::format("refused {}{}: ", path, opened);
      if (call.starts_with(start)) return std::string(call.substr(start.size()));
    }
  }
  return {};
}

void walk_into(WalkLog& log, const std::vector<std::string>& paths, const evidence::Limits& limits) {
  evidence::walk(paths, limits, log);
}

std::string read_all(model::ByteSource& source) {
  std::string all;
  std::string buffer(1 << 16, '\0');
  for (;;) {
    const auto got = source.read_at(all.size(), buffer);
    if (!got || *got == 0) return all;
    all.append(buffer, 0, *got);
  }
}

}  // namespace inquest
