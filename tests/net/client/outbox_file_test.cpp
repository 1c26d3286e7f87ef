// SPDX-License-Identifier: Apache-2.0
#include "net/client/outbox_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>

namespace parley::client {
namespace {

class OutboxFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "parley-outbox-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path path() const { return folder_ / "outbox"; }
  void open(uint64_t producer = 77) {
    file_.reset();
    auto opened = OutboxFile::open(path(), ProducerId(producer));
    ASSERT_TRUE(opened) << opened.error().text;
    file_ = std::move(*opened);
  }
  void keep(uint64_t number, const std::string& text = "hello") {
    const auto kept = file_->keep({number, "lobby", {.text = text}});
    ASSERT_TRUE(kept) << kept.error().text;
  }
  std::vector<uint64_t> numbers() const {
    std::vector<uint64_t> out;
    for (const KeptSend& each : file_->state().kept) out.push_back(each.number);
    return out;
  }
  std::string bytes() const {
    std::ifstream in(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& bytes) const { std::ofstream(path(), std::ios::binary) << bytes; }

  std::filesystem::path folder_;
  std::unique_ptr<OutboxFile> file_;
};

TEST_F(OutboxFileTest, WhatIsntSettledComesBack) {
  open();
  for (uint64_t number = 1; number <= 5; ++number) keep(number);
  file_->done(2);
  file_->drop(4);
  open(88);
  EXPECT_EQ(numbers(), (std::vector<uint64_t>{3, 5}));
  EXPECT_EQ(file_->state().producer, ProducerId(77)) << "who numbered them, not who asks now";
  EXPECT_EQ(file_->state().next, 6u);
}

TEST_F(OutboxFileTest, NumbersGoOnWhenAllIsSettled) {
  open();
  keep(1);
  file_->done(1);
  open();
  EXPECT_TRUE(numbers().empty());
  EXPECT_EQ(file_->state().next, 2u);
}

TEST_F(OutboxFileTest, EveryKindOfContentComesBack) {
  open();
  const Content custom{.kind = wire::SendKind::Custom, .custom_type = 9, .payload = std::string("\0\1\xff", 3)};
  const Content reply{.kind = wire::SendKind::Emote, .text = "waves", .target = 4, .mentions = {"bob", "eve"}};
  ASSERT_TRUE(file_->keep({1, "lobby", custom}));
  ASSERT_TRUE(file_->keep({2, "team", reply}));
  file_->set_user("ann");
  open();
  ASSERT_EQ(file_->state().kept.size(), 2u);
  EXPECT_EQ(file_->state().kept[0].content.payload, custom.payload);
  EXPECT_EQ(file_->state().kept[0].content.custom_type, 9u);
  EXPECT_EQ(file_->state().kept[1].room, "team");
  EXPECT_EQ(file_->state().kept[1].content.target, 4u);
  EXPECT_EQ(file_->state().kept[1].content.mentions, reply.mentions);
  EXPECT_EQ(file_->state().user, "ann");
}

TEST_F(OutboxFileTest, AtEveryByteACrashLosesAtMostTheLastRecord) {
  open();
  keep(1, "first");
  const size_t whole = bytes().size();
  keep(2, "second");
  const std::string all = bytes();
  for (size_t size = whole; size < all.size(); ++size) {
    file_.reset();
    write(all.substr(0, size));
    open();
    EXPECT_EQ(numbers(), std::vector<uint64_t>{1}) << size;
  }
}

TEST_F(OutboxFileTest, AFlippedBitHidesNoRecordBeforeIt) {
  open();
  keep(1, "first");
  const size_t whole = bytes().size();
  keep(2, "second");
  const std::string all = bytes();
  for (size_t at = whole; at < all.size(); ++at) {
    file_.reset();
    std::string damaged = all;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    write(damaged);
    open();
    ASSERT_FALSE(numbers().empty()) << at;
    EXPECT_EQ(numbers().front(), 1u) << at;
    EXPECT_EQ(file_->state().kept.front().content.text, "first") << at;
  }
}

TEST_F(OutboxFileTest, ItStaysSmallHoweverMuchIsSaid) {
  open();
  for (uint64_t number = 1; number <= 3000; ++number) {
    keep(number, std::string(1000, 'x'));
    if (number > 3) file_->done(number - 3);
  }
  EXPECT_LT(bytes().size(), 300u * 1024);
  open();
  EXPECT_EQ(numbers(), (std::vector<uint64_t>{2998, 2999, 3000}));
}

TEST_F(OutboxFileTest, ASecondSessionOnTheSameFileIsRefused) {
  open();
  const auto second = OutboxFile::open(path(), ProducerId(1));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
}

TEST_F(OutboxFileTest, AFileOfSomethingElseIsRefusedAndLeftAlone) {
  write("my precious save game");
  const auto opened = OutboxFile::open(path(), ProducerId(1));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(bytes(), "my precious save game");
}

TEST_F(OutboxFileTest, AFolderThatIsntThereIsNamed) {
  const auto opened = OutboxFile::open(folder_ / "nowhere" / "outbox", ProducerId(1));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kPermission);
  EXPECT_NE(opened.error().text.find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace parley::client
