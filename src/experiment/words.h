// How people write down what happened in a run: words and signs of many languages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::experiment {

// Lower case, of Latin, Greek and Cyrillic letters too, with runs of blanks as one blank and Markdown's emphasis and
// code marks gone. Two cells that read alike are equal so.
std::string fold(std::string_view text);

// The text without Markdown's marks: "**20G**" is "20G", "`serial_device`" is "serial_device".
std::string plain(std::string_view text);

// What stands before the first bracket, and what stands in the last one: "20G (resized later)". No remark: empty.
struct Remarked {
  std::string_view value;
  std::string_view remark;
};
Remarked split_remark(std::string_view text);

// "yes", "nein", "oui", "x", "+", "on", "✅": whether a cell says that something is so. Nothing for any other word, and
// for an empty cell.
std::optional<bool> truth_of(std::string_view text);

enum class Outcome : uint8_t { Clean, Fails };

// "❌ Kernel Panic", "funktioniert", "did not boot", "no panic": how a run ended. Nothing where no word says it. Plain
// yes and no are not outcomes: which of them is bad depends on the question.
std::optional<Outcome> outcome_of(std::string_view text);

// A cell that says that nothing is known: "", "?", "n/a", "not tested", "skip".
bool is_unknown(std::string_view text);

// What the heading of a column says about it.
enum class Heading : uint8_t {
  Other,
  Outcome,   // "Result", "Ergebnis"
  Failure,   // "Panic?", "Absturz": yes is bad
  Success,   // "Boots", "funktioniert": yes is good
  Runs,      // how many runs the row stands for
  Failures,  // how many of them failed
  Cleans,    // how many of them were clean
  Index,     // "#", "Run", "Nr."
  Time,      // "Date", "Uhrzeit"
  Note,      // "Comment", "Bemerkung"
  Name,      // "Kernel", "BIOS version": values are names even where they look like numbers
};
Heading heading_of(std::string_view text);

}  // namespace inquest::experiment
