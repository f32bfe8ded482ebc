#include "model/case.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace inquest::model {
namespace {

class Bytes : public ByteSource {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<size_t> read_at(uint64_t offset, std::span<char> out) override {
    if (gone) return fail(ErrorCode::Io, "the file changed");
    if (offset >= bytes_.size()) return size_t{0};
    const size_t count = std::min<size_t>(out.size(), bytes_.size() - offset);
    std::memcpy(out.data(), bytes_.data() + offset, count);
    return count;
  }
  bool gone = false;

 private:
  std::string bytes_;
};

class CaseTest : public ::testing::Test {
 protected:
  // Evidence with those bytes and one stream of it.
  StreamId add(std::string path, std::string bytes) {
    Evidence& evidence = case_.evidence.emplace_back();
    evidence.path = std::move(path);
    auto source = std::make_unique<Bytes>(std::move(bytes));
    bytes_ = source.get();
    evidence.source = std::move(source);
    Stream stream;
    stream.evidence = static_cast<EvidenceId>(case_.evidence.size() - 1);
    stream.clock = ClockDomain::Utc;
    case_.streams.push_back(stream);
    return static_cast<StreamId>(case_.streams.size() - 1);
  }

  Case case_;
  Bytes* bytes_ = nullptr;
};

TEST_F(CaseTest, ReadsMessagesBackFromTheEvidence) {
  const StreamId stream = add("x.log", "Feb  9 sshd: one\nFeb  9 sshd: two\n");
  const EventId id = case_.add_event({.offset = 17, .length = 16, .line = 2, .stream = stream, .text_at = 13});
  EXPECT_EQ(case_.record(id), "Feb  9 sshd: two");
  EXPECT_EQ(case_.message(id), "two");
  bytes_->gone = true;
  EXPECT_EQ(case_.record(id), "");
  EXPECT_EQ(case_.message(id), "");
}

TEST_F(CaseTest, ALongRecordIsReadWhole) {
  const std::string text = "kernel: " + std::string(100'000, 'x') + "end";
  const StreamId stream = add("x.log", text);
  const EventId id = case_.add_event({.length = static_cast<uint32_t>(text.size()), .stream = stream, .text_at = 8});
  EXPECT_TRUE(case_.message(id) == text.substr(8));
}

TEST_F(CaseTest, StoredMessagesNeedNoEvidence) {
  const StreamId stream = add("x.json", "{}");
  for (int i = 0; i < 100; ++i) {
    const EventId id =
        case_.add_event({.length = 2, .stream = stream, .flags = i % 3 == 0 ? Event::kStoredText : uint8_t{0}});
    if (i % 3 == 0) case_.store_text(id, case_.strings.intern("text " + std::to_string(i)));
  }
  bytes_->gone = true;
  EXPECT_EQ(case_.message(0), "text 0");
  EXPECT_EQ(case_.message(99), "text 99");
  EXPECT_EQ(case_.message(1), "");
}

TEST_F(CaseTest, QuotesWhatIsCitedAndNoMore) {
  add("x.log", "0123456789");
  EXPECT_EQ(case_.quote({0, 1, 2, 3}), "234");
  EXPECT_EQ(case_.quote({0, 1, 2, 3}, 2), "23");
  EXPECT_EQ(case_.quote({0, 1, 8, 100}), "89") << "a file that shrank";
  EXPECT_EQ(case_.quote({0, 1, 100, 1}), "");
  EXPECT_EQ(case_.quote({7, 1, 0, 1}), "") << "evidence that is not there";
  case_.evidence[0].source = nullptr;
  EXPECT_EQ(case_.quote({0, 1, 2, 3}), "");
}

TEST_F(CaseTest, CitesByLineOrOffsetOrAsAWhole) {
  add("a.tar!/corosync.log", "x");
  EXPECT_EQ(case_.cite_text({0, 12, 400, 20}), "a.tar!/corosync.log:12");
  EXPECT_EQ(case_.cite_text({0, 0, 4096, 20}), "a.tar!/corosync.log @4096");
  EXPECT_EQ(case_.cite_text({0, 0, 0, 0}), "a.tar!/corosync.log");
  EXPECT_EQ(case_.cite_text({3, 1, 0, 1}), "");
}

TEST_F(CaseTest, AStreamKnowsItsEventsEvenOutOfOrder) {
  const StreamId first = add("a.log", "a");
  const StreamId second = add("b.log", "b");
  case_.add_event({.time = 50, .stream = first});
  case_.add_event({.time = -5, .stream = second});
  case_.add_event({.time = 20, .stream = first});
  case_.add_event({.time = 90, .stream = first});
  const Stream& stream = case_.streams[first];
  EXPECT_EQ(stream.events, 3U);
  EXPECT_EQ(stream.first_event, 0U);
  EXPECT_EQ(stream.last_event, 3U);
  EXPECT_EQ(stream.earliest, 20);
  EXPECT_EQ(stream.latest, 90);
  EXPECT_EQ(case_.streams[second].earliest, -5);
  EXPECT_EQ(case_.streams[second].latest, -5);
}

TEST_F(CaseTest, AnEventsOwnHostCountsBeforeItsStreams) {
  const StreamId stream = add("a.log", "a");
  case_.streams[stream].host = case_.strings.intern("loghost");
  Event event{.stream = stream};
  EXPECT_EQ(case_.str(case_.host_of(event)), "loghost");
  event.host = case_.strings.intern("pve1");
  EXPECT_EQ(case_.str(case_.host_of(event)), "pve1");
}

TEST_F(CaseTest, ASeriesIsMadeOnceForEachName) {
  const StreamId stream = add("a.csv", "a");
  const auto id = [&](std::string_view text) { return case_.strings.intern(text); };
  const SeriesId idle = case_.series_id(id("pve1"), id("cpu"), 0, id("usage_idle"), stream);
  EXPECT_EQ(case_.series_id(id("pve1"), id("cpu"), 0, id("usage_idle"), stream), idle);
  EXPECT_NE(case_.series_id(id("pve2"), id("cpu"), 0, id("usage_idle"), stream), idle);
  EXPECT_NE(case_.series_id(id("pve1"), id("cpu"), id("cpu=cpu0"), id("usage_idle"), stream), idle);
  EXPECT_NE(case_.series_id(id("pve1"), id("cpu"), 0, id("usage_user"), stream), idle);
  EXPECT_NE(case_.series_id(id("pve1"), id("cpu"), 0, id("usage_idle"), stream + 1), idle);
  EXPECT_EQ(case_.series.size(), 5U);
  EXPECT_EQ(case_.str(case_.series[idle].field), "usage_idle");
}

}  // namespace
}  // namespace inquest::model
