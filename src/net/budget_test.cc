#include "net/budget.h"

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

/// Notes in a common log when it gets room.
class NotingWaiter final : public RoomWaiter {
 public:
  NotingWaiter(std::string name, std::vector<std::string>& log)
      : name_(std::move(name)), log_(log) {}
  void OnRoom(size_t /*bytes*/) override { log_.push_back(name_); }

 private:
  std::string name_;
  std::vector<std::string>& log_;
};

class BudgetTest : public testing::Test {
 protected:
  std::shared_ptr<InflightAccount> Account(size_t limit = 100) {
    return accounts_.emplace_back(std::make_shared<InflightAccount>(budget_, limit, [this] {
      ++wakes_;
    }));
  }

  /// As connections do when they end: who waits still holds the budget.
  void TearDown() override {
    for (const auto& account : accounts_) {
      account->Close();
    }
  }

  std::shared_ptr<Budget> budget_ = std::make_shared<Budget>(100);
  std::atomic<int> wakes_{0};
  std::vector<std::string> log_;
  std::vector<std::shared_ptr<InflightAccount>> accounts_;
};

TEST_F(BudgetTest, ReservesUpToTheLimitOfAll) {
  const auto a = Account();
  const auto b = Account();
  EXPECT_TRUE(a->TryReserve(60));
  EXPECT_FALSE(b->TryReserve(41));
  EXPECT_TRUE(b->TryReserve(40));
  EXPECT_EQ(budget_->used(), 100U);
}

TEST_F(BudgetTest, ReservesUpToTheLimitOfAConnection) {
  const auto account = Account(50);
  EXPECT_TRUE(account->TryReserve(30));
  EXPECT_FALSE(account->TryReserve(21));
}

TEST_F(BudgetTest, TakesUpANewLimit) {
  const auto a = Account();
  const auto b = Account();
  EXPECT_TRUE(a->TryReserve(60));
  NotingWaiter waiter("b", log_);
  b->Wait(waiter, 60);
  b->Pump();
  EXPECT_TRUE(log_.empty());
  budget_->SetLimit(120);
  b->Pump();
  EXPECT_EQ(log_, std::vector<std::string>{"b"}) << "who waits gets in at once";
  budget_->SetLimit(60);
  EXPECT_EQ(budget_->used(), 120U) << "what is in stays in";
  a->Release(60);
  EXPECT_FALSE(a->TryReserve(1));
  b->Release(60);
  EXPECT_TRUE(a->TryReserve(1));
}

TEST_F(BudgetTest, LetsInOneThingHoweverLarge) {
  const auto account = Account(50);
  EXPECT_TRUE(account->TryReserve(1000));
  EXPECT_TRUE(account->TryReserve(10, 1000)) << "it grows, and nothing else is in flight";
  EXPECT_FALSE(account->TryReserve(10));
}

TEST_F(BudgetTest, ServesConnectionsInTurnOneEach) {
  const auto greedy = Account(1000);
  const auto modest = Account();
  EXPECT_TRUE(greedy->TryReserve(100));
  NotingWaiter first("greedy 1", log_);
  NotingWaiter second("greedy 2", log_);
  NotingWaiter other("modest", log_);
  greedy->Wait(first, 10);
  greedy->Wait(second, 10);
  greedy->Pump();
  modest->Wait(other, 10);
  modest->Pump();
  greedy->Release(10);
  greedy->Pump();
  modest->Pump();
  greedy->Release(10);
  greedy->Pump();
  modest->Pump();
  EXPECT_EQ(log_, (std::vector<std::string>{"greedy 1", "modest"}));
}

TEST_F(BudgetTest, LetsNobodyOvertakeThoseWhoWait) {
  const auto waiting = Account();
  const auto late = Account();
  EXPECT_TRUE(late->TryReserve(95));
  NotingWaiter waiter("waiting", log_);
  waiting->Wait(waiter, 50);
  waiting->Pump();
  EXPECT_FALSE(late->TryReserve(1));
}

TEST_F(BudgetTest, GivesTheTurnOfOneThatGaveUpToTheNext) {
  const auto gone = Account();
  const auto next = Account();
  EXPECT_TRUE(next->TryReserve(100));
  NotingWaiter impatient("impatient", log_);
  NotingWaiter patient("patient", log_);
  gone->Wait(impatient, 100);
  gone->Pump();
  next->Wait(patient, 20);
  next->Pump();
  next->Release(30);
  gone->Cancel(impatient);
  next->Pump();
  EXPECT_EQ(log_, std::vector<std::string>{"patient"});
  EXPECT_EQ(budget_->used(), 90U);
}

TEST_F(BudgetTest, GivesBackAGrantThatComesAfterItsConnectionHasClosed) {
  const auto holder = Account();
  const auto closed = Account();
  EXPECT_TRUE(holder->TryReserve(100));
  NotingWaiter waiter("waiter", log_);
  closed->Wait(waiter, 50);
  closed->Pump();
  holder->Release(100);
  EXPECT_EQ(budget_->used(), 50U);
  closed->Close();
  EXPECT_EQ(budget_->used(), 0U);
}

TEST_F(BudgetTest, WakesThoseWhoWaitForTheirOwnConnection) {
  const auto account = Account(50);
  EXPECT_TRUE(account->TryReserve(50));
  NotingWaiter waiter("waiter", log_);
  account->Wait(waiter, 20);
  account->Pump();
  const int before = wakes_;
  account->Release(50);
  EXPECT_GT(wakes_, before);
  account->Pump();
  EXPECT_EQ(log_, std::vector<std::string>{"waiter"});
}

TEST_F(BudgetTest, GivesBackAGrantToAWaiterThatGaveUp) {
  const auto holder = Account();
  const auto account = Account();
  EXPECT_TRUE(holder->TryReserve(100));
  NotingWaiter impatient("impatient", log_);
  NotingWaiter next("next", log_);
  account->Wait(impatient, 50);
  account->Pump();
  holder->Release(50);
  account->Cancel(impatient);
  EXPECT_EQ(budget_->used(), 50U);
  account->Wait(next, 30);
  account->Pump();
  EXPECT_EQ(log_, std::vector<std::string>{"next"});
  EXPECT_EQ(budget_->used(), 80U);
}

class SharedOutBudgetTest : public BudgetTest {
 protected:
  static constexpr size_t kLimit = size_t{64} << 20;
  SharedOutBudgetTest() { budget_ = std::make_shared<Budget>(kLimit); }
};

TEST_F(SharedOutBudgetTest, KeepsAQuarterForThoseWithLittleInFlight) {
  while (Account(kLimit)->TryReserve(size_t{1} << 20)) {
  }
  EXPECT_EQ(budget_->used(), kLimit / 4 * 3);
  const auto modest = Account(kLimit);
  EXPECT_TRUE(modest->TryReserve(Budget::kLittle));
  EXPECT_FALSE(modest->TryReserve(1)) << "it has no longer little in flight";
}

TEST_F(SharedOutBudgetTest, LittleUsesTheRoomForAllWhenItsOwnIsFull) {
  while (Account(kLimit)->TryReserve(Budget::kLittle)) {
  }
  EXPECT_EQ(budget_->used(), kLimit);
}

TEST_F(SharedOutBudgetTest, GivesBackWhereItTook) {
  const auto account = Account(kLimit);
  EXPECT_TRUE(account->TryReserve(100'000));
  EXPECT_TRUE(account->TryReserve(5'000'000));
  account->Release(100'000);
  EXPECT_EQ(budget_->much().used(), 4'900'000U);
  account->Release(5'000'000);
  EXPECT_EQ(budget_->used(), 0U);
  EXPECT_EQ(budget_->much().used(), 0U);
}

TEST_F(SharedOutBudgetTest, GivesBackWhereItTookWhileMoreIsTaken) {
  constexpr int kRounds = 200'000;
  constexpr int kMostHeld = 100;
  constexpr size_t kEach = 1000;
  const auto account = Account(kLimit);
  std::atomic<int> held{0};
  int refused = 0;
  {
    const std::jthread releaser([&](const std::stop_token& stop) {
      while (!stop.stop_requested() || held > 0) {
        if (held > 0) {
          account->Release(kEach);
          --held;
        }
      }
    });
    for (int i = 0; i < kRounds; ++i) {
      while (held > kMostHeld) {
        std::this_thread::yield();
      }
      const bool is_taken = account->TryReserve(kEach);
      refused += is_taken ? 0 : 1;
      held += is_taken ? 1 : 0;
    }
  }
  EXPECT_EQ(refused, 0) << "there was room all the time";
  EXPECT_EQ(budget_->much().used(), 0U);
  EXPECT_EQ(budget_->used(), 0U);
}

TEST_F(SharedOutBudgetTest, ServesLittleWhileMuchWaits) {
  const auto holder = Account(kLimit);
  EXPECT_TRUE(holder->TryReserve(kLimit / 4 * 3));
  const auto large = Account(kLimit);
  NotingWaiter waiter("large", log_);
  large->Wait(waiter, size_t{4} << 20);
  large->Pump();
  EXPECT_TRUE(Account(kLimit)->TryReserve(300));
  holder->Release(kLimit / 4 * 3);
  large->Pump();
  EXPECT_EQ(log_, std::vector<std::string>{"large"});
}

TEST_F(BudgetTest, LosesNothingWhenManyThreadsReleaseAndWait) {
  constexpr int kRounds = 2000;
  const auto work = [this] {
    std::vector<std::string> log;
    std::atomic<bool> woken{false};
    const auto account = std::make_shared<InflightAccount>(budget_, 100, [&woken] {
      woken = true;
      woken.notify_all();
    });
    NotingWaiter waiter("w", log);
    for (int i = 0; i < kRounds; ++i) {
      if (!account->TryReserve(60)) {
        account->Wait(waiter, 60);
        const size_t served = log.size();
        while (log.size() == served) {
          woken.wait(false);
          woken = false;
          account->Pump();
        }
      }
      account->Release(60);
    }
    account->Close();
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back(work);
    }
  }
  EXPECT_EQ(budget_->used(), 0U);
}

}  // namespace
}  // namespace tidings::net
