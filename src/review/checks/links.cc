// Do links lead to what their text says?
#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

// Pages whose address does not give their subject away, and those that are easily mistaken for another.
struct Page {
  std::string_view address;  // a part of it
  std::string_view subject;  // expression of which the label has to have something
  std::string_view text;
};
constexpr auto kPages = std::to_array<Page>({
    {"amd-memory-encryption", R"(memory encryption|sme\b|sev\b|encrypt|verschlüssel)", "memory encryption (SME, SEV)"},
    {"#pct_settings", R"(container|pct|lxc)", "settings of containers (pct)"},
    {"Linux_Container", R"(container|pct|lxc)", "containers"},
    {"lockup-watchdogs", R"(lockup|watchdog|nmi|hang|stall|detector|sperr)", "the lockup detectors"},
    {"admin-guide/kdump", R"(kdump|crash|dump|vmcore|kexec)", "kdump"},
    {"networking/netconsole", R"(netconsole|console|konsole|log)", "netconsole"},
    {"tainted-kernels", R"(taint)", "taint flags"},
    {"pcieaer-howto", R"(aer|pcie?|error)", "PCIe Advanced Error Reporting"},
    {"admin-guide/ramoops", R"(pstore|ramoops|persist|crash|panic|log)", "ramoops"},
    {"ZFS-8000-8A", R"(zfs|corrupt|error|fehler|8a|damage|data)", "damaged files in a ZFS pool"},
});

// Sites whose addresses name their pages' subjects.
bool documentation(std::string_view target) {
  static const Regex site(
      R"(^https?://(www\.)?(docs\.kernel\.org|kernel\.org/doc|pve\.proxmox\.com/(wiki|pve-docs)|wiki\.archlinux\.org|openzfs\.github\.io|wiki\.debian\.org)/)");
  return site.found_in(target);
}

// A token that can only mean one thing: with a figure ("DIV0"), or an abbreviation.
std::vector<std::string> specific_words(std::string_view label) {
  static const Regex word(R"(\b(?-i:([A-Za-z]*[A-Z]{2,}[A-Za-z]*\d+|[A-Z]{3,6}))\b)");
  static constexpr auto kVague = std::to_array<std::string_view>(
      {"amd", "cpu", "ram", "zfs", "pve", "faq", "rhel", "kvm", "url", "api", "ssd", "howto", "bug"});
  std::vector<std::string> out;
  for (const auto& g : word.find_all(label, 10)) {
    const std::string small = lower(g[1].text);
    if (std::ranges::find(kVague, small) == kVague.end()) out.push_back(small);
  }
  return out;
}

// Words of the page's name that say something.
std::vector<std::string> page_words(std::string_view target) {
  static const Regex word(R"([a-z]{4,})");
  static constexpr auto kVague =
      std::to_array<std::string_view>({"html", "index", "latest", "linux", "kernel", "admin", "guide", "wiki", "docs",
                                       "https", "main", "page", "basic", "parameters", "settings", "howto"});
  const size_t slash = target.find_last_of('/');
  std::vector<std::string> out;
  for (const auto& g : word.find_all(target.substr(slash == std::string_view::npos ? 0 : slash), 10)) {
    std::string small = lower(g[0].text);
    if (std::ranges::find(kVague, small) == kVague.end()) out.push_back(std::move(small));
  }
  return out;
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  for (const Link& link : subject.text.links) {
    if (link.statement == kNone || link.statement >= subject.text.statements.size()) continue;
    const Statement& statement = subject.text.statements[link.statement];
    const std::string label = lower(link.label);
    // A bare address, or one word ("here"), names no subject.
    if (label.contains("://") || split_blanks(label).size() < 2 || statement.withdrawn) continue;
    const auto* const page =
        std::ranges::find_if(kPages, [&](const Page& p) { return contains_nocase(link.target, p.address); });
    if (page != kPages.end()) {
      if (Regex(page->subject).found_in(link.label)) continue;
      // A sentence that says what the page is about makes up for its label.
      if (link.label.size() + 20 < statement.text.size() && Regex(page->subject).found_in(statement.text)) continue;
      object(subject, out, link.statement, "link-mismatch",
             fmt::format("The link \"{}\" leads to a page about {}.", printable(link.label), page->text),
             {link.target});
      continue;
    }
    if (!documentation(link.target)) continue;
    const auto specific = specific_words(link.label);
    const auto words = page_words(link.target);
    const std::string address = lower(link.target);
    if (specific.empty() || words.size() < 2) continue;
    const bool named = std::ranges::any_of(specific, [&](const std::string& word) { return address.contains(word); }) ||
                       std::ranges::any_of(words, [&](const std::string& word) {
                         return contains_nocase(statement.text, word.substr(0, 5));
                       });
    if (named) continue;
    object(subject, out, link.statement, "link-mismatch",
           fmt::format("The link \"{}\" leads to a page that by its address is about something else.",
                       printable(link.label)),
           {link.target});
  }
}

}  // namespace

extern const Check links_check;
const Check links_check{"do links lead to what their text says?", run};

}  // namespace inquest::review
