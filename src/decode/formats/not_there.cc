// not_there: what commands say of files, folders and journals that do not exist. docs/formats/not_there.md
// Source: GNU coreutils and findutils, "%s: cannot access %s: No such file or directory" and its translations; systemd
// v252, src/journal/journalctl.c (add_boot()) and src/shared/logs-show.c.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

struct Absence {
  std::string_view key;
  std::string_view what;
};

constexpr std::array<std::string_view, 6> kNoSuchFile = {"No such file or directory",
                                                         "Datei oder Verzeichnis nicht gefunden",
                                                         "Aucun fichier ou dossier de ce type",
                                                         "No existe el fichero o el directorio",
                                                         "No existe el archivo o el directorio",
                                                         "File o directory non esistente"};

// The path in a message: between the quotation marks around it, or up to the last colon. Views into the message.
std::string_view path_of(std::string_view message, size_t slash) {
  std::string_view path = message.substr(slash);
  size_t end = path.rfind(':');
  for (const std::string_view mark : {"'", "\"", "\u2019", "\u00bb"}) end = std::min(end, path.find(mark));
  path = trim(path.substr(0, end));
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// "ls: cannot access '/var/log/journal': No such file or directory".
std::optional<Absence> missing_path(std::string_view line) {
  const auto* const words =
      std::ranges::find_if(kNoSuchFile, [&](std::string_view end) { return line.ends_with(end); });
  if (words == kNoSuchFile.end()) return std::nullopt;
  const std::string_view rest = trim(line.substr(0, line.size() - words->size()));
  const size_t slash = rest.find('/');
  const size_t colon = rest.find(": ");
  if (!rest.ends_with(':') || slash == std::string_view::npos || colon == std::string_view::npos || colon > slash)
    return std::nullopt;
  const std::string_view path = path_of(rest, slash);
  // What pstore_listing reads is its own.
  if (path.empty() || path.size() > 4096 || path.starts_with("/sys/fs/pstore") ||
      path.starts_with("/var/lib/systemd/pstore"))
    return std::nullopt;
  return Absence{"path.missing", path};
}

std::optional<Absence> missing_journal(std::string_view line) {
  if (line.find("no persistent journal was found") != std::string_view::npos)
    return Absence{"journal.persistent", "no"};
  constexpr std::string_view kBoot = "Data from the specified boot (";
  const size_t end = line.find(") is not available");
  if (!line.starts_with(kBoot) || end == std::string_view::npos) return std::nullopt;
  const std::string_view boot = line.substr(kBoot.size(), end - kBoot.size());
  return boot.empty() || boot.size() > 64 ? std::nullopt : std::optional(Absence{"journal.boot-missing", boot});
}

std::optional<Absence> find_absence(std::string_view line) {
  line = trim(line);
  if (const auto journal = missing_journal(line)) return journal;
  return missing_path(line);
}

class NotThere : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    if (const auto absence = find_absence(text)) {
      sink().fact(host_, absence->key, absence->what, place);
    } else if (const auto prompt = parse_shell_prompt(text)) {
      host_ = prompt->host;
    } else if (!trim(text).empty()) {
      sink().problem(place, "not said of something that does not exist");
    }
  }

  std::string host_;
};

Claim sniff(const Head& head) {
  size_t absent = 0;
  for (const std::string_view text : head.lines(100)) {
    if (find_absence(text)) {
      ++absent;
    } else if (!trim(text).empty() && !parse_shell_prompt(text)) {
      return Claim::No;
    }
  }
  return absent == 0 ? Claim::No : Claim::Certain;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<NotThere>(sink); }

}  // namespace

extern const Decoder not_there_decoder;
const Decoder not_there_decoder{"not_there", "what commands say of files and journals that do not exist", sniff, open};

}  // namespace inquest::decode
