#include "report/anonymizer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::report {
namespace {

bool alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }
bool digit(char c) { return c >= '0' && c <= '9'; }
// What a name may consist of besides letters and digits.
bool in_name(char c) { return alnum(c) || c == '_' || c == '-'; }

// Names that are words as well: "pve" is in the names of packages, and tells nobody whose host it is. They are replaced
// where they stand alone.
bool generic(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kGeneric = {"pve", "debian", "ubuntu", "proxmox", "linux", "server",
                                                                "nas", "nixos",  "arch",   "fedora",  "node",  "host"};
  return std::ranges::find(kGeneric, name) != kGeneric.end();
}
// Accounts that every system has.
bool everywhere(std::string_view user) {
  static constexpr std::array<std::string_view, 6> kEverywhere = {"root",     "nobody",  "daemon",
                                                                  "www-data", "systemd", "admin"};
  return std::ranges::find(kEverywhere, user) != kEverywhere.end();
}

// The length of an IPv4 address at the start of a text, 0 where there is none.
size_t ipv4(std::string_view text) {
  size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return 0;
    size_t digits = 0;
    while (at + digits < text.size() && digits < 4 && digit(text[at + digits])) ++digits;
    if (digits == 0 || digits > 3 || parse_int<int>(text.substr(at, digits)).value_or(256) > 255) return 0;
    at += digits;
  }
  const bool goes_on =
      at < text.size() && (alnum(text[at]) || (text[at] == '.' && at + 1 < text.size() && digit(text[at + 1])));
  return goes_on ? 0 : at;
}

// Groups of hexadecimal digits with colons between: how many there are, how long they are, and whether one is left out.
struct Groups {
  size_t length = 0;
  size_t count = 0;
  bool all_of_two = true;
  bool gap = false;  // "::"
};
Groups groups(std::string_view text) {
  Groups out;
  size_t at = 0;
  while (at < text.size()) {
    size_t digits = 0;
    while (at + digits < text.size() && digits < 5 && hex(text[at + digits])) ++digits;
    if (digits > 4) return {};
    if (digits > 0) {
      ++out.count;
      out.all_of_two = out.all_of_two && digits == 2;
      at += digits;
      out.length = at;
    }
    if (at >= text.size() || text[at] != ':') break;
    if (at + 1 < text.size() && text[at + 1] == ':') {
      if (out.gap) return {};
      out.gap = true;
      at += 2;
      out.length = at;
      continue;
    }
    if (at + 1 >= text.size() || !hex(text[at + 1])) break;
    ++at;
  }
  if (out.length < text.size() && in_name(text[out.length])) return {};
  return out;
}

// Every piece of text of a document, to be read or changed.
template <class TextVisit, class StringVisit>
void visit_texts(Document& document, const TextVisit& text, const StringVisit& string) {
  for (Block& block : document) {
    if (auto* heading = std::get_if<Heading>(&block)) string(heading->text);
    if (auto* paragraph = std::get_if<Paragraph>(&block)) text(paragraph->text);
    if (auto* figure = std::get_if<Figure>(&block)) {
      string(figure->svg);
      text(figure->caption);
    }
    if (auto* list = std::get_if<List>(&block)) {
      for (Item& item : list->items) {
        text(item.label);
        for (Text& one : item.paragraphs) text(one);
        string(item.command);
      }
    }
    if (auto* table = std::get_if<Table>(&block)) {
      for (Row& row : table->rows) {
        for (Text& one : row.cells) text(one);
        for (Text& one : row.notes) text(one);
      }
    }
  }
}

}  // namespace

Anonymizer::Anonymizer(const model::Case& the_case) {
  std::set<model::StrId> hosts;
  for (const model::Stream& stream : the_case.streams) hosts.insert(stream.host);
  for (const model::Series& series : the_case.series) hosts.insert(series.host);
  for (const model::Fact& fact : the_case.facts) {
    hosts.insert(fact.host);
    if (fact.key == "host" || fact.key.starts_with("corosync.node.")) add_host(fact.value);
  }
  for (const model::Observation& seen : the_case.observations) hosts.insert(seen.host);
  for (const model::BootClaim& claim : the_case.boot_claims) hosts.insert(claim.host);
  for (size_t i = 0; i < the_case.events.size(); ++i) {
    if (the_case.events[i].host != 0) hosts.insert(the_case.events[i].host);
  }
  for (const model::StrId host : hosts) add_host(the_case.str(host));
}

void Anonymizer::add_host(std::string_view name) {
  const std::string key = lower(trim(name));
  if (key.size() < 2 || key == "localhost" || names_.contains(key)) return;
  if (ipv4(key) == key.size() || key.find(':') != std::string::npos) return;  // replaced as an address
  names_[key] = fmt::format("host-{}", ++hosts_);
  first_letters_.insert(key.front());
  // What a log calls "pve1" another calls "pve1.example.net".
  if (const size_t dot = key.find('.'); dot != std::string::npos && dot > 1) add_host(key.substr(0, dot));
}

void Anonymizer::add_user(std::string_view name) {
  const std::string key = lower(name);
  if (key.size() < 2 || everywhere(key) || names_.contains(key)) return;
  names_[key] = fmt::format("user-{}", ++users_);
  first_letters_.insert(key.front());
}

// Whose home it is, who logged in, whose address it is.
void Anonymizer::learn(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kBefore = {"/home/",
                                                              "/Users/",
                                                              "user=",
                                                              "USER=",
                                                              "for user ",
                                                              "session opened for user ",
                                                              "Accepted password for ",
                                                              "Accepted publickey for "};
  for (const std::string_view words : kBefore) {
    for (size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) {
      const size_t begin = at + words.size();
      size_t end = begin;
      while (end < text.size() && (in_name(text[end]) || text[end] == '.')) ++end;
      add_user(text.substr(begin, end - begin));
    }
  }
  for (size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    size_t begin = at;
    while (begin > 0 && (in_name(text[begin - 1]) || text[begin - 1] == '.')) --begin;
    const bool domain = at + 1 < text.size() && alnum(text[at + 1]);
    // Units of systemd have an @ as well.
    const std::string_view behind = text.substr(std::min(at + 1, text.size()), 64);
    const bool unit = behind.substr(0, behind.find(' ')).find(".service") != std::string_view::npos;
    if (domain && !unit && begin < at && !digit(text[begin])) add_user(text.substr(begin, at - begin));
  }
}

void Anonymizer::learn(const Document& document) {
  Document copy = document;
  const auto words = [&](const std::string& text) { learn(text); };
  visit_texts(
      copy,
      [&](const Text& text) {
        std::string whole;
        for (const Span& span : text.spans()) whole += span.text;
        learn(whole);
      },
      words);
}

std::string Anonymizer::stand_in(std::string_view kind, const std::string& original) {
  auto& known = numbers_[std::string(kind)];
  const size_t number = known.try_emplace(original, known.size() + 1).first->second;
  if (kind == "ipv4") {
    static constexpr std::array<std::string_view, 3> kNets = {"192.0.2", "198.51.100", "203.0.113"};
    const size_t net = (number - 1) / 254;
    if (net < kNets.size()) return fmt::format("{}.{}", kNets[net], (number - 1) % 254 + 1);
    return fmt::format("10.{}.{}.{}", number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF);
  }
  if (kind == "ipv6") return fmt::format("2001:db8::{:x}", number);
  return fmt::format("00:00:5e:00:53:{:02x}", number & 0xFF);
}

// The length of the address at `at`, with its stand-in added to `out`; 0 where there is none.
size_t Anonymizer::address_at(std::string_view text, size_t at, std::string& out) {
  const std::string_view rest = text.substr(at);
  if (const size_t length = ipv4(rest); length > 0) {
    const std::string original(rest.substr(0, length));
    const bool nobodys = original.starts_with("127.") || original == "0.0.0.0" || original.starts_with("255.");
    out += nobodys ? original : stand_in("ipv4", original);
    return length;
  }
  const Groups found = groups(rest);
  if (found.length == 0) return 0;
  const std::string original = lower(rest.substr(0, found.length));
  if (found.count == 6 && found.all_of_two && !found.gap) {
    out += stand_in("mac", original);
    return found.length;
  }
  const bool whole = found.count == 8 && !found.gap;
  const bool shortened = found.gap && found.count >= 2 && found.count < 8;
  if (!whole && !shortened) return 0;  // a time of day, or a device's address
  out += stand_in("ipv6", original);
  return found.length;
}

size_t Anonymizer::name_at(std::string_view text, size_t at, char before, std::string& out) const {
  // The longest that fits: "pve1.example.net" before "pve1".
  size_t end = at;
  while (end < text.size() && (in_name(text[end]) || text[end] == '.')) ++end;
  while (end > at && !alnum(text[end - 1])) --end;
  while (end > at) {
    const std::string_view candidate = text.substr(at, end - at);
    const auto known = names_.find(lower(candidate));
    const char next = end < text.size() ? text[end] : ' ';
    const bool joined = before == '-' || next == '-';
    if (known != names_.end() && !alnum(next) && next != '_' && !(joined && generic(known->first))) {
      out += known->second;
      return end - at;
    }
    --end;
    while (end > at && alnum(text[end]) && alnum(text[end - 1])) --end;  // to the end of a word
  }
  return 0;
}

std::string Anonymizer::replaced(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char before = at > 0 ? text[at - 1] : ' ';
    const bool starts = !alnum(before) && before != '_';
    if (starts && before != '.' && (hex(text[at]) || text[at] == ':')) {
      if (const size_t length = address_at(text, at, out); length > 0) {
        at += length;
        continue;
      }
    }
    if (starts && first_letters_.contains(static_cast<char>(std::tolower(static_cast<unsigned char>(text[at]))))) {
      if (const size_t length = name_at(text, at, before, out); length > 0) {
        at += length;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

void Anonymizer::replace(Document& document) {
  visit_texts(
      document,
      [&](Text& text) {
        Text copy;
        for (const Span& span : text.spans()) copy.add(replaced(span.text), span.style);
        text = std::move(copy);
      },
      [&](std::string& text) { text = replaced(text); });
}

}  // namespace inquest::report
