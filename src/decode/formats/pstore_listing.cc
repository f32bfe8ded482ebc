// What `ls` and `find` print of /sys/fs/pstore and /var/lib/systemd/pstore: whether the last crash left a record.
// Source: names of records, fs/pstore/inode.c, pstore_mkfile(), and platform.c, pstore_type_names; where systemd moves
// them, systemd-pstore.service(8); listings, GNU coreutils ls and findutils.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostEntries = 10'000;
constexpr std::array<std::string_view, 2> kRoots = {"/sys/fs/pstore", "/var/lib/systemd/pstore"};

// The path without quotes around it and slashes at its end, if it is one of the roots or lies below one.
std::optional<std::string_view> pstore_path(std::string_view path) {
  while (!path.empty() && (path.front() == '\'' || path.front() == '"')) path.remove_prefix(1);
  while (!path.empty() && (path.back() == '\'' || path.back() == '"')) path.remove_suffix(1);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  for (const std::string_view root : kRoots) {
    if (path == root || (path.starts_with(root) && path[root.size()] == '/')) return path;
  }
  return std::nullopt;
}

struct Command {
  std::string_view host;
  std::string_view path;  // the first that it lists
};

// The directory of "/sys/fs/pstore/*".
std::string_view without_glob(std::string_view path) {
  const size_t glob = path.find('*');
  return glob == std::string_view::npos ? path : path.substr(0, path.rfind('/', glob));
}

// "root@pve1:~# ls -la /sys/fs/pstore/", with a prompt or without. Not one whose output goes to another program.
std::optional<Command> listing_command(std::string_view line) {
  const auto prompt = parse_shell_prompt(line);
  const auto words = split_blanks(prompt ? prompt->command : line);
  if (words.size() < 2 || (words[0] != "ls" && words[0] != "find" && words[0] != "dir")) return std::nullopt;
  if (std::ranges::find(words, "|") != words.end()) return std::nullopt;
  for (const std::string_view word : words) {
    if (const auto path = pstore_path(word)) {
      return Command{prompt ? prompt->host : std::string_view{}, without_glob(*path)};
    }
  }
  return std::nullopt;
}

// "total 0", "total 4.0K".
bool is_total(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() == 2 && words[0] == "total" &&
         words[1].find_first_not_of("0123456789.KMG") == std::string_view::npos;
}

bool is_mode(std::string_view word) {
  if (word.size() < 10 || word.size() > 11 || std::string_view("-dlbcsp").find(word[0]) == std::string_view::npos)
    return false;
  return word.substr(1, 9).find_first_not_of("rwxsStT-") == std::string_view::npos;
}

bool all_digits(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

// The name at the end of a line of `ls -l`, in any of ls's time styles; nothing for other lines.
std::optional<std::string_view> long_name(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 7 || !is_mode(words[0]) || !all_digits(words[1])) return std::nullopt;
  const std::string_view date = words[5];
  size_t name = 8;                                              // "Feb  9 07:55", "Feb  9  2025"
  if (date.size() == 10 && date[4] == '-' && date[7] == '-') {  // "2026-02-09 07:55", and a zone behind seconds
    name = 7;
    if (words.size() > 8 && words[7].size() == 5 && (words[7][0] == '+' || words[7][0] == '-') &&
        all_digits(words[7].substr(1)))
      name = 8;
  } else if (date.size() == 5 && date[2] == '-') {  // "02-09 07:55"
    name = 7;
  }
  if (words.size() <= name) return std::nullopt;
  const std::string_view rest = line.substr(static_cast<size_t>(words[name].data() - line.data()));
  const std::string_view path = trim(rest.substr(0, rest.find(" -> ")));
  return pstore_path(path) ? path.substr(path.rfind('/') + 1) : path;
}

// "dmesg-efi_pstore-170743290700001", "console-ramoops-0", "dmesg-erst-7123456.enc.z".
bool is_record_name(std::string_view name) {
  if (name.starts_with("./")) name.remove_prefix(2);
  static constexpr std::array<std::string_view, 9> kTypes = {
      "dmesg-", "mce-", "console-", "ftrace-", "rtas-", "pmsg-", "powerpc-ofw-", "powerpc-common-", "powerpc-opal-"};
  const auto* const type =
      std::ranges::find_if(kTypes, [&](std::string_view prefix) { return name.starts_with(prefix); });
  if (type == kTypes.end()) return false;
  name.remove_prefix(type->size());
  if (name.ends_with(".enc.z")) name.remove_suffix(6);
  const size_t dash = name.rfind('-');
  return dash != std::string_view::npos && dash != 0 && all_digits(name.substr(dash + 1));
}

// A record's name, or what systemd-pstore makes of several: a folder by their number, "dmesg.txt".
bool is_entry_name(std::string_view name) {
  if (name.starts_with("./")) name.remove_prefix(2);
  if (is_record_name(name) || all_digits(name) || name == ".") return true;
  return name == "dmesg.txt" || (name.starts_with("dmesg-") && name.ends_with(".txt"));
}

enum class Shape : uint8_t {
  Blank,    // nothing, a prompt without a command, a comment
  Command,  // of a listing
  Foreign,  // of something else
  Header,   // "/sys/fs/pstore:" of `ls -R` and of `ls` with several arguments
  Path,     // a line of `find`
  Total,
  Long,     // a line of `ls -l`
  Names,    // a line of `ls`
  Missing,  // "ls: cannot access ...: No such file or directory"
  Denied,   // any other failure
  Other,
};

struct Line {
  Shape shape = Shape::Other;
  std::string_view text;  // the path or name, or all names
  std::string_view host;  // of a Command
};

Line classify(std::string_view line) {
  line = trim(line);
  if (const auto command = listing_command(line)) return {Shape::Command, command->path, command->host};
  if (line.empty() || line[0] == '#') return {Shape::Blank, {}, {}};
  if (const auto prompt = parse_shell_prompt(line))
    return {prompt->command.empty() ? Shape::Blank : Shape::Foreign, {}, {}};
  if (line.starts_with("ls: ") || line.starts_with("find: ")) {
    const size_t slash = line.find('/');
    const size_t colon = line.rfind(':');
    if (slash == std::string_view::npos || colon < slash) return {};
    const auto path = pstore_path(trim(line.substr(slash, colon - slash)));
    if (!path) return {Shape::Blank, {}, {}};  // another argument of the command
    return {line.ends_with("No such file or directory") ? Shape::Missing : Shape::Denied, *path, {}};
  }
  if (line.ends_with(':')) {
    if (const auto path = pstore_path(line.substr(0, line.size() - 1))) return {Shape::Header, *path, {}};
  }
  if (const auto path = pstore_path(line)) return {Shape::Path, *path, {}};
  if (is_total(line)) return {Shape::Total, {}, {}};
  if (const auto name = long_name(line)) return {Shape::Long, *name, {}};
  if (std::ranges::all_of(split_blanks(line), is_entry_name)) return {Shape::Names, line, {}};
  return {};
}

class PstoreListing : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const Line parsed = classify(text);
    switch (parsed.shape) {
      case Shape::Blank: return;
      case Shape::Command:
        close();
        foreign_ = false;
        host_ = parsed.host;
        return start(parsed.text, place);
      case Shape::Foreign:
        close();
        foreign_ = true;
        return sink().problem(place, "another command, whose output was not read");
      case Shape::Header:
        close_or_drop();
        foreign_ = false;
        start(parsed.text, place);
        touched_ = true;
        return;
      case Shape::Path: return path(parsed.text, place);
      case Shape::Missing:
      case Shape::Denied: return failed(parsed, place);
      case Shape::Total:
      case Shape::Long:
      case Shape::Names:
      case Shape::Other: break;
    }
    if (foreign_) return;
    if (parsed.shape == Shape::Other) return sink().problem(place, "not part of a listing");
    if (!open_) start({}, place);  // of a directory that nothing names
    touched_ = true;
    if (parsed.shape == Shape::Long) entry(parsed.text, place);
    if (parsed.shape != Shape::Names) return;
    for (const std::string_view name : split_blanks(parsed.text)) entry(name, place);
  }

  void end() override { close(); }

  void start(std::string_view directory, const Place& place) {
    open_ = true;
    touched_ = false;
    directory_ = directory;
    place_ = place;
    count_ = 0;
    entries_.clear();
  }

  // A line of `find`: a root, or something below it.
  void path(std::string_view path, const Place& place) {
    if (!open_ || (path != directory_ && !path.starts_with(directory_ + "/"))) {
      close_or_drop();
      start(*std::ranges::find_if(kRoots, [&](std::string_view root) { return path.starts_with(root); }), place);
    }
    foreign_ = false;
    touched_ = true;
    if (path == directory_) return;
    const std::string_view name = path.substr(directory_.size() + 1);
    // `find` prints a directory before what is in it, and only files are records.
    if (!entries_.empty() && name.starts_with(entries_.back().first + "/")) {
      entries_.pop_back();
      --count_;
    }
    entry(name, place);
  }

  void entry(std::string_view name, const Place& place) {
    if (name.starts_with("./")) name.remove_prefix(2);
    if (name.empty() || name == "." || name == "..") return;
    ++count_;
    if (entries_.size() < kMostEntries) {
      entries_.emplace_back(name, place);
    } else {
      sink().problem(place, fmt::format("more than {} entries: the rest is counted, not named", kMostEntries));
    }
  }

  void failed(const Line& parsed, const Place& place) {
    const std::string_view directory = without_glob(parsed.text);
    close_or_drop();
    if (parsed.shape == Shape::Denied) {
      sink().problem(place, fmt::format("{} could not be listed: try again as root", printable(directory)));
    } else if (directory != parsed.text) {
      start(directory, place);  // no file fits the "*": the shell handed it over as it was
      close();
    } else {
      sink().fact(host_, "pstore.missing", directory, place);
    }
  }

  // Ends a listing. Where only its command was seen, it was empty.
  void close() {
    if (!open_) return;
    open_ = false;
    if (!directory_.empty()) sink().fact(host_, "pstore.directory", directory_, place_);
    sink().fact(host_, "pstore.entries", std::to_string(count_), place_);
    for (const auto& [name, place] : entries_) sink().fact(host_, "pstore.entry", name, place);
  }

  // The same before a line that says what the command's listing really is of.
  void close_or_drop() {
    if (touched_) close();
    open_ = false;
  }

  bool open_ = false;
  bool touched_ = false;  // more of the listing than its command was seen
  bool foreign_ = false;  // within the output of another command
  std::string host_;
  std::string directory_;  // empty where nothing names it
  Place place_;            // of the command, the header or the first line
  uint64_t count_ = 0;
  std::vector<std::pair<std::string, Place>> entries_;
};

Claim sniff(const Head& head) {
  bool pstore = false;  // a path or a name that only pstore has
  bool listed = false;
  for (const std::string_view text : head.lines(500)) {
    const Line line = classify(text);
    if (line.shape == Shape::Other || line.shape == Shape::Foreign) return pstore ? Claim::Fallback : Claim::No;
    if (line.shape == Shape::Total || line.shape == Shape::Long) listed = true;
    if (line.shape == Shape::Long || line.shape == Shape::Names) {
      if (std::ranges::any_of(split_blanks(line.text), is_record_name)) pstore = true;
    } else if (line.shape != Shape::Blank && line.shape != Shape::Total) {
      pstore = true;
    }
  }
  if (pstore) return Claim::Certain;
  return listed && contains_nocase(head.name, "pstore") ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PstoreListing>(sink); }

}  // namespace

extern const Decoder pstore_listing_decoder;
const Decoder pstore_listing_decoder = {"pstore_listing", "ls or find of /sys/fs/pstore: what the last crash left",
                                        sniff, open};

}  // namespace inquest::decode
