// supportconfig: a text of SUSE's supportconfig: commands' output, files and the ends of logs, each in a section.
// docs/formats/supportconfig.md Source: SUSE/supportutils bin/supportconfig (log_cmd(), conf_files(), log_files()).
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/part.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostSections = 20'000;

// "#==[ Command ]======================================#": what kind of section begins; empty for another line.
std::string_view section_kind(std::string_view line) {
  line = trim(line);
  if (!line.starts_with("#==[ ") || !line.ends_with("=#")) return {};
  const size_t close = line.find(" ]=");
  return close == std::string_view::npos || close <= 5 ? std::string_view() : line.substr(5, close - 5);
}

// "# /var/log/messages - Last 500 Lines", "# /bin/uptime": what the section shows.
std::string_view title_of(std::string_view line) {
  line = trim(line);
  return line.starts_with("# ") ? trim(line.substr(2)) : std::string_view();
}

// What the section's text would be called as a file.
std::string_view name_of(std::string_view kind, std::string_view title) {
  if (kind == "Command" || kind == "Verification") return part_name(title);
  const std::string_view file = title.substr(0, title.find(" - "));
  return file.substr(file.rfind('/') + 1);
}

class Supportconfig : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    std::string_view kind;
    std::string_view title;
    size_t begin = bytes.size();
    size_t sections = 0;
    bool titled = false;
    for (size_t at = 0; at < bytes.size();) {
      const size_t end = std::min(bytes.find('\n', at), bytes.size());
      const size_t next = std::min(end + 1, bytes.size());
      const std::string_view line = bytes.substr(at, end - at);
      if (const std::string_view found = section_kind(line); !found.empty()) {
        if (begin < at) section(kind, title, bytes.substr(begin, at - begin));
        if (++sections > kMostSections)
          return sink().problem(place_of(line), "more sections than are read: the rest was left out");
        kind = found;
        title = {};
        titled = false;
        begin = next;
      } else if (!titled && begin == at && begin < bytes.size()) {
        titled = true;
        if (!title_of(line).empty()) {
          title = title_of(line);
          begin = next;
        }
      }
      at = next;
    }
    if (begin < bytes.size()) section(kind, title, bytes.substr(begin));
  }

  // What no decoder knows is left out, as in a folder.
  void section(std::string_view kind, std::string_view title, std::string_view text) {
    const std::string_view content = trim(text);
    if (content.empty() || kind == "Summary" || content.starts_with("File not found")) return;
    const std::string_view program = title.substr(0, title.find(' '));
    if (program.ends_with("/hostname") || program == "hostname")
      return sink().fact({}, "host", content.substr(0, content.find_first_of(" \n.")), place_of(content));
    const Place whole = place_of(text);
    read_part(sink(), {whole.offset, 0, whole.line}, name_of(kind, title), text);
  }
};

Claim sniff(const Head& head) {
  size_t sections = 0;
  bool titled = false;
  std::string_view before;
  for (const std::string_view line : head.lines(2000)) {
    if (!section_kind(before).empty() && line.starts_with("# ")) titled = true;
    if (!section_kind(line).empty()) ++sections;
    before = line;
  }
  return sections >= 1 && titled ? Claim::Composed : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Supportconfig>(sink); }

}  // namespace

extern const Decoder supportconfig_decoder;
const Decoder supportconfig_decoder{"supportconfig", "SUSE's supportconfig: every section by its own decoder", sniff,
                                    open};

}  // namespace inquest::decode
