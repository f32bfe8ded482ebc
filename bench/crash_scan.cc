// What finding crash reports costs: bench_crash_scan FILE. In one run over the same bytes in memory: bare passes of
// vectorscan, over some headers and over all; our scan; and the whole extraction.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <hs/hs.h>

#include "crashtext/detector.h"
#include "crashtext/header_scanner.h"
#include "crashtext/pattern.h"

namespace {

constexpr size_t kBlock = 64 << 10;  // as the detector's: the bare pass is not slower for its blocks
constexpr int kRounds = 5;

// What the work takes of one core, in seconds, if that is less than before.
template <class Work>
void measure(double& best, Work&& work) {
  const std::clock_t start = std::clock();
  work();
  best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
}

template <class Work>
void blocks(std::string_view text, Work&& work) {
  for (size_t at = 0; at < text.size(); at += kBlock) work(text.substr(at, kBlock));
}

// Vectorscan and nothing else, over the first `count` headers; the bytes go through a block, as from a file.
class BarePass {
 public:
  explicit BarePass(size_t count) {
    const auto families = inquest::crashtext::families();
    count = std::min(count, families.size());
    std::vector<const char*> words;
    std::vector<size_t> lengths;
    const std::vector<unsigned> flags(count, 0);
    std::vector<unsigned> ids;
    for (size_t i = 0; i < count; ++i) {
      words.push_back(families[i].header.data());
      lengths.push_back(families[i].header.size());
      ids.push_back(static_cast<unsigned>(i));
    }
    hs_compile_error_t* error = nullptr;
    if (hs_compile_lit_multi(words.data(), flags.data(), ids.data(), lengths.data(), static_cast<unsigned>(count),
                             HS_MODE_BLOCK, nullptr, &database_, &error) != HS_SUCCESS ||
        hs_alloc_scratch(database_, &scratch_) != HS_SUCCESS) {
      std::exit(1);
    }
  }
  BarePass(const BarePass&) = delete;
  BarePass& operator=(const BarePass&) = delete;
  ~BarePass() {
    hs_free_scratch(scratch_);
    hs_free_database(database_);
  }

  void over(std::string_view text) {
    const auto count_hit = [](unsigned, unsigned long long, unsigned long long, unsigned, void* context) {
      ++*static_cast<uint64_t*>(context);
      return 0;
    };
    uint64_t hits = 0;
    blocks(text, [&](std::string_view block) {
      std::memcpy(buffer_.data(), block.data(), block.size());
      hs_scan(database_, buffer_.data(), static_cast<unsigned>(block.size()), 0, scratch_, count_hit, &hits);
    });
  }

 private:
  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
  std::vector<char> buffer_ = std::vector<char>(kBlock);
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::ifstream in(argv[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const double megabytes = static_cast<double>(text.size()) / 1e6;

  const size_t headers = inquest::crashtext::families().size();
  BarePass some(72);
  BarePass all(headers);
  const inquest::crashtext::HeaderScanner scanner;
  std::vector<inquest::crashtext::Hit> hits;
  size_t reports = 0;
  double few = 1e9;
  double bare = 1e9;
  double scan = 1e9;
  double whole = 1e9;
  // In turns, so that what else the machine does hits all of them.
  for (int i = 0; i < kRounds; ++i) {
    measure(few, [&] { some.over(text); });
    measure(bare, [&] { all.over(text); });
    measure(scan, [&] { blocks(text, [&](std::string_view block) { scanner.scan(block, hits); }); });
    measure(whole, [&] {
      reports = 0;
      inquest::crashtext::Detector detector([&](inquest::crashtext::Report&& /*report*/) { ++reports; });
      detector.feed(text);
      detector.finish();
    });
  }

  fmt::print("{:<44} {:8.0f} MB/s\n", "vectorscan alone, 72 headers", megabytes / few);
  fmt::print("{:<44} {:8.0f} MB/s\n", fmt::format("vectorscan alone, all {} headers", headers), megabytes / bare);
  fmt::print("{:<44} {:8.0f} MB/s\n", "our scan, from memory", megabytes / scan);
  fmt::print("{:<44} {:8.0f} MB/s, {:.0f} % of vectorscan alone, {} reports\n", "the whole extraction",
             megabytes / whole, 100 * bare / whole, reports);
  return 0;
}
