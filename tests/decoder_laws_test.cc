// The laws that every decoder keeps on every golden sample. A sample is a file
// tests/golden/decode/<decoder>/<name>.<ext>; adding one is all that it takes. INQUEST_UPDATE_GOLDEN=1 writes its
// .golden file.

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/sha256.h"
#include "decode/decoder.h"
#include "decode/intake.h"
#include "support/case_dump.h"
#include "support/decoding.h"
#include "support/golden.h"

namespace inquest::testing {
namespace {

namespace fs = std::filesystem;
using decode::Claim;
using decode::Decoder;
using decode::decoders;

const std::string kSource = INQUEST_SOURCE_DIR;
const std::string kSamples = kSource + "/tests/golden/decode";

// Decoders whose input does not stay itself in the hands of an editor that writes "\r\n" or a byte order mark.
struct Exemption {
  std::string_view decoder;
  std::string_view reason;
};
constexpr std::array kNotForEditors = {
    Exemption{"atop_raw", "samples are found by their lengths"},
    Exemption{"ipmi_sel_file", "records of one size: one byte more shifts all that follow"},
    Exemption{"journal_export", "values may be binary, with their length in front"},
    Exemption{"journal_file", "objects are found by their offsets"},
    Exemption{"lastlog", "records of one size: one byte more shifts all that follow"},
    Exemption{"sa_file", "samples are found by their lengths"},
    Exemption{"vmcore", "pages are found by their offsets"},
    Exemption{"utmp", "records of one size: one byte more shifts all that follow"},
};

struct Sample {
  std::string decoder;  // the folder's name
  std::string path;
  std::string test;  // its name in words that gtest takes
};
void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.path; }

std::vector<Sample> find_samples() {
  std::vector<Sample> out;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(kSamples, ignored)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".golden") continue;
    const fs::path inside = fs::relative(entry.path(), kSamples);
    out.push_back({inside.begin()->string(), entry.path().string(), inside.string()});
  }
  std::ranges::sort(out, {}, &Sample::path);
  std::set<std::string> taken;
  for (Sample& sample : out) {
    std::ranges::replace_if(sample.test, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    while (!taken.insert(sample.test).second) sample.test += "_";
  }
  return out;
}

const Decoder* find_decoder(std::string_view name) {
  const auto at = std::ranges::find(decoders(), name, &Decoder::name);
  return at == decoders().end() ? nullptr : *at;
}

std::string_view to_string(Claim claim) {
  static constexpr std::array<std::string_view, 5> kNames = {"No", "Fallback", "Likely", "Certain", "Composed"};
  return kNames[static_cast<size_t>(claim)];
}

// "syslog: Likely, csv: Fallback", all that claim it, the highest first.
std::string claims_on(const decode::Head& head) {
  std::vector<std::pair<Claim, std::string_view>> claims;
  for (const Decoder* decoder : decoders()) {
    if (const Claim claim = decoder->sniff(head); claim != Claim::No) claims.emplace_back(claim, decoder->name);
  }
  std::ranges::stable_sort(claims, std::ranges::greater{}, &std::pair<Claim, std::string_view>::first);
  std::vector<std::string> words;
  for (const auto& [claim, name] : claims) words.push_back(fmt::format("{}: {}", name, to_string(claim)));
  return words.empty() ? "nobody" : fmt::format("{}", fmt::join(words, ", "));
}

// The one decoder with the highest claim, or null where nobody or more than one has it.
const Decoder* sole_claimant(const decode::Head& head) {
  const Decoder* best = decode::choose(head);
  if (best == nullptr) return nullptr;
  const Claim highest = best->sniff(head);
  const auto rivals =
      std::ranges::count_if(decoders(), [&](const Decoder* other) { return other->sniff(head) == highest; });
  return rivals == 1 ? best : nullptr;
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' && !out.ends_with('\r')) out += '\r';
    out += c;
  }
  return out;
}

std::string with_mixed_line_ends(std::string_view text) {
  std::string out;
  bool carriage = false;
  for (const char c : text) {
    if (c == '\n' && !out.ends_with('\r')) {
      if (carriage) out += '\r';
      carriage = !carriage;
    }
    out += c;
  }
  return out;
}

// Every run of digits replaced: dates that can't be, values that fit nowhere.
std::string with_numbers(std::string_view text, std::string_view number) {
  std::string out;
  bool inside = false;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !inside) out += number;
    if (!digit) out += c;
    inside = digit;
  }
  return out;
}

// What nobody should be able to smuggle into a terminal, a page or a path, and bytes that are no UTF-8.
constexpr std::string_view kHostile = "\x1B]0;t\x07\x1B[2J<script>alert(1)</script>\"'../../../etc/passwd\xE4\xFF\xF8";

// Cut points: about 200 over the whole, and each of the last 64.
std::set<size_t> cut_points(size_t size) {
  std::set<size_t> out;
  for (size_t i = 0; i < 200; ++i) out.insert(size * i / 200);
  for (size_t i = 0; i < std::min<size_t>(size, 64); ++i) out.insert(size - 1 - i);
  out.erase(size);
  return out;
}

// George Marsaglia's xorshift64: the same damage on every machine.
class Damage {
 public:
  uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

 private:
  uint64_t state_ = 0x9E3779B97F4A7C15;
};

class DecoderLaws : public ::testing::TestWithParam<Sample> {
 protected:
  void SetUp() override {
    decoder_ = find_decoder(GetParam().decoder);
    ASSERT_NE(decoder_, nullptr) << "the sample's folder is not named after a decoder";
    bytes_ = read_file(GetParam().path);
    ASSERT_FALSE(bytes_.empty()) << "an empty sample shows nothing";
    name_ = fs::path(GetParam().path).filename().string();
  }

  model::Case decode(std::string_view bytes, size_t piece = kWhole) const {
    return decode_with(*decoder_, bytes, name_, piece);
  }

  // Sniffs and decodes damaged bytes; why that broke the law, or nothing.
  std::string trouble_with(std::string_view bytes) const {
    (void)decode::choose(head_of(bytes, name_));
    const model::Case c = decode(bytes);
    std::string bad = out_of_place(c, bytes);
    return bad.empty() ? bad : bad + "\nin\n" + dump_evidence(c);
  }

  const Decoder* decoder_ = nullptr;
  std::string bytes_;
  std::string name_;
};

TEST_P(DecoderLaws, OneDecoderClaimsIt) {
  const decode::Head head = head_of(bytes_, name_);
  EXPECT_EQ(sole_claimant(head), decoder_) << "claims: " << claims_on(head);
}

TEST_P(DecoderLaws, ItsNameIsNoProof) {
  const decode::Head head = head_of(bytes_, "renamed");
  EXPECT_EQ(sole_claimant(head), decoder_) << "claims once the file is called \"renamed\": " << claims_on(head);
}

TEST_P(DecoderLaws, SaysWhatItsGoldenFileSays) {
  EXPECT_TRUE(matches_golden(GetParam().path + ".golden", dump_case(decode(bytes_))));
}

TEST_P(DecoderLaws, RecordsSomethingAndInItsPlace) {
  const model::Case c = decode(bytes_);
  EXPECT_EQ(out_of_place(c, bytes_), "");
  EXPECT_NE(tally(c), tally({})) << "a sample without a record shows nothing";
}

TEST_P(DecoderLaws, PiecesOfAnySizeGiveTheSame) {
  const std::string whole = dump_case(decode(bytes_));
  for (const size_t piece : {1, 7, 64, 4096}) {
    EXPECT_EQ(first_difference(whole, dump_case(decode(bytes_, piece))), "") << "fed in pieces of " << piece;
  }
}

// The same through the front door, which gathers a head and sniffs before it feeds anybody.
TEST_P(DecoderLaws, TheIntakeGivesTheSame) {
  const std::string direct = dump_case(decode(bytes_));
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{64}, size_t{4096}, bytes_.size()}) {
    model::Case c;
    decode::take_in_bytes(bytes_, name_, c, piece);
    ASSERT_EQ(c.evidence.size(), 1U);
    EXPECT_EQ(first_difference(direct, dump_case(c)), "") << "taken in in pieces of " << piece;
    EXPECT_EQ(c.evidence[0].bytes, bytes_.size());
    EXPECT_EQ(c.evidence[0].sha256, sha256_hex(bytes_));
  }
}

TEST_P(DecoderLaws, MessagesAreReadBackFromTheEvidence) {
  const model::Case c = decode(bytes_);
  for (size_t i = 0; i < c.events.size(); ++i) {
    const model::Event& event = c.events[i];
    const std::string record = bytes_.substr(event.offset, event.length);
    EXPECT_EQ(c.record(i), record) << "event " << i;
    const bool stored = (event.flags & model::Event::kStoredText) != 0;
    if (!stored) {
      EXPECT_EQ(c.message(i), record.substr(std::min<size_t>(event.text_at, record.size()))) << "event " << i;
    }
    // A record that has no place of its own cites the evidence as a whole; its text is kept.
    EXPECT_FALSE(record.empty() && !stored) << "event " << i << " cites nothing";
    EXPECT_FALSE(record.ends_with('\n') || record.ends_with('\r')) << "event " << i << " cites its line end";
  }
}

TEST_P(DecoderLaws, ACutAnywhereLeavesRecordsInTheirPlaces) {
  for (const size_t cut : cut_points(bytes_.size())) {
    ASSERT_EQ(trouble_with(std::string_view(bytes_).substr(0, cut)), "") << "cut to " << cut << " bytes";
  }
}

TEST_P(DecoderLaws, AFlippedBitLeavesRecordsInTheirPlaces) {
  Damage damage;
  for (int i = 0; i < 300; ++i) {
    std::string bytes = bytes_;
    const size_t at = damage.next() % bytes.size();
    const uint64_t bit = damage.next() % 8;
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << bit));
    ASSERT_EQ(trouble_with(bytes), "") << "bit " << bit << " of byte " << at << " flipped";
  }
}

TEST_P(DecoderLaws, NumbersThatCannotBeLeaveRecordsInTheirPlaces) {
  for (const std::string_view number : {"0", "39", "-1", "99999999999999999999", "1e999", ""})
    ASSERT_EQ(trouble_with(with_numbers(bytes_, number)), "") << "every number made \"" << number << "\"";
}

TEST_P(DecoderLaws, HostileTextLeavesRecordsInTheirPlaces) {
  for (size_t i = 0; i < 12; ++i) {
    std::string bytes = bytes_;
    const size_t at = bytes.size() * (2 * i + 1) / 24;
    bytes.insert(at, kHostile);
    ASSERT_EQ(trouble_with(bytes), "") << "put in at " << at;
  }
}

TEST_P(DecoderLaws, TheLastNewlineIsNotNeeded) {
  std::string without = bytes_;
  if (without.ends_with('\n')) without.pop_back();
  if (without.ends_with('\r')) without.pop_back();
  EXPECT_EQ(first_difference(dump_records(decode(without + "\n")), dump_records(decode(without))), "");
}

TEST_P(DecoderLaws, OtherDecodersComeToNoHarm) {
  for (const Decoder* other : decoders()) {
    EXPECT_EQ(out_of_place(decode_with(*other, bytes_, name_), bytes_), "") << "read by " << other->name;
  }
}

// Of the formats that stay themselves in an editor's hands.
class EditedTextLaws : public DecoderLaws {};

TEST_P(EditedTextLaws, CarriageReturnsLoseNothing) {
  EXPECT_EQ(tally(decode(with_crlf(bytes_))), tally(decode(bytes_)));
}

TEST_P(EditedTextLaws, MixedLineEndsLoseNothing) {
  EXPECT_EQ(tally(decode(with_mixed_line_ends(bytes_))), tally(decode(bytes_)));
}

TEST_P(EditedTextLaws, AByteOrderMarkChangesNothing) {
  static constexpr std::string_view kMark = "\xEF\xBB\xBF";
  const std::string bare = bytes_.starts_with(kMark) ? bytes_.substr(kMark.size()) : bytes_;
  for (const std::string& bytes : {bare, std::string(kMark) + bare}) {
    const decode::Head head = head_of(bytes, name_);
    EXPECT_EQ(sole_claimant(head), decoder_) << "claims: " << claims_on(head);
    EXPECT_EQ(tally(decode(bytes)), tally(decode(bytes_)));
  }
}

std::vector<Sample> find_text_samples() {
  std::vector<Sample> out = find_samples();
  std::erase_if(out, [](const Sample& sample) {
    return std::ranges::find(kNotForEditors, sample.decoder, &Exemption::decoder) != kNotForEditors.end();
  });
  return out;
}

std::string test_name(const ::testing::TestParamInfo<Sample>& tested) { return tested.param.test; }

INSTANTIATE_TEST_SUITE_P(Sample, DecoderLaws, ::testing::ValuesIn(find_samples()), test_name);
INSTANTIATE_TEST_SUITE_P(Sample, EditedTextLaws, ::testing::ValuesIn(find_text_samples()), test_name);

TEST(DecoderTable, IsSortedByUniqueNames) {
  std::vector<std::string_view> names;
  for (const Decoder* decoder : decoders()) names.push_back(decoder->name);
  EXPECT_EQ(std::ranges::adjacent_find(names, std::ranges::greater_equal{}), names.end())
      << fmt::format("{}", fmt::join(names, " "));
}

TEST(DecoderTable, EveryDecoderHasASummaryASampleAndAPage) {
  const std::vector<Sample> samples = find_samples();
  for (const Decoder* decoder : decoders()) {
    EXPECT_FALSE(decoder->summary.empty()) << decoder->name << " has no summary";
    EXPECT_NE(std::ranges::find(samples, decoder->name, &Sample::decoder), samples.end())
        << decoder->name << " has no sample in tests/golden/decode/" << decoder->name << "/";
    const std::string page = fmt::format("{}/docs/formats/{}.md", kSource, decoder->name);
    EXPECT_TRUE(fs::exists(page)) << decoder->name << " is not described: no " << page;
  }
}

TEST(DecoderTable, NobodyClaimsNothing) {
  for (const std::string_view bytes : {"", "\n", "\n\n\n"}) {
    EXPECT_EQ(claims_on({bytes, "empty", true}), "nobody") << bytes.size() << " newlines";
  }
}

TEST(DecoderTable, NobodyClaimsNoise) {
  Damage damage;
  for (int i = 0; i < 20; ++i) {
    std::string noise(4096, '\0');
    for (char& c : noise) c = static_cast<char>(damage.next());
    EXPECT_EQ(claims_on({noise, "noise", true}), "nobody");
  }
}

TEST(DecoderTable, EveryDecoderTakesAnEmptyInput) {
  for (const Decoder* decoder : decoders())
    EXPECT_EQ(tally(decode_with(*decoder, "", "empty")), tally({})) << decoder->name;
}

// A .golden file whose sample was renamed or removed would never be looked at again.
TEST(GoldenSamples, EveryGoldenFileHasItsSample) {
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(kSamples, ignored)) {
    if (entry.path().extension() != ".golden") continue;
    EXPECT_TRUE(fs::exists(fs::path(entry.path()).replace_extension())) << entry.path() << " has no sample";
  }
}

}  // namespace
}  // namespace inquest::testing
