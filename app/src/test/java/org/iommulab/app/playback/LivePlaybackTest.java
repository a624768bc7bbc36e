package org.iommulab.app.playback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Set;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Level;
import org.iommulab.kernel.Removal;
import org.iommulab.sim.Steps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LivePlaybackTest {
    private final FakeRuns runs = new FakeRuns();
    private final HandFrames frames = new HandFrames();
    private LivePlayback playback;

    @BeforeEach
    void open() {
        playback = new LivePlayback(runs, frames, KernelSpec.parse("6.2+p1..p5"));
        playback.open(FakeRuns.STORY, 10);
        frames.until(() -> step() == 10);
    }

    @AfterEach
    void close() {
        playback.close();
    }

    private int step() {
        return playback.nowProperty().get().map(Now::step).orElse(-1);
    }

    private Now now() {
        return playback.nowProperty().get().orElseThrow();
    }

    private void levelsDone() {
        frames.until(() -> playback.levelsProperty().get().stream()
                .noneMatch(level -> level.outcome().isEmpty()));
    }

    @Test
    void opensAtTheStepThatWasAskedFor() {
        assertThat(now().moment().step()).isEqualTo(10);
        assertThat(now().event())
                .hasValueSatisfying(event -> assertThat(event.step()).isEqualTo(10));
    }

    @Test
    void movesGoByTheRulesOfTheRecording() {
        var recording = now().run().recording();
        playback.go(25);
        playback.over();
        int over = Steps.over(recording, 25);
        frames.until(() -> step() == over);
        playback.back();
        frames.until(() -> step() == over - 1);
        playback.out();
        int out = Steps.out(recording, over - 1);
        frames.until(() -> step() == out);
        playback.first();
        frames.until(() -> step() == 0);
        assertThat(now().event()).isEmpty();
        playback.back();
        playback.last();
        frames.until(() -> step() == now().length());
    }

    @Test
    void aHundredWishesBeforeTheNextFrameAreShownOnce() {
        levelsDone();
        var shown = new ArrayList<Integer>();
        playback.nowProperty().subscribe(now -> now.ifPresent(found -> shown.add(found.step())));
        shown.clear();
        playback.go(0);
        for (int i = 0; i < 40; i++) {
            playback.into();
        }
        // Frames come only from us: whatever the traveller made in between was never shown.
        awaitMoments();
        frames.until(() -> step() == 40);
        assertThat(shown).last().isEqualTo(40);
        assertThat(shown.size()).isLessThanOrEqualTo(3);
    }

    private void awaitMoments() {
        int before = -1;
        while (before != runs.moments.get()) {
            before = runs.moments.get();
            Thread.onSpinWait();
        }
    }

    @Test
    void aLaterPlaceReplacesAnEarlierOne() {
        for (int step = 1; step <= 50; step++) {
            playback.go(step);
        }
        playback.go(7);
        frames.until(() -> step() == 7);
        assertThat(runs.moments.get()).as("moments made").isLessThan(60);
    }

    @Test
    void anotherKernelKeepsThePlaceInTheStory() {
        // The DMA chapter: its fourth read is at another step where the driver writes one register more.
        int before = now().run().chapters().get(4).firstStep() + 4;
        playback.go(before);
        frames.until(() -> step() == before);
        playback.kernel(KernelSpec.parse("6.2"));
        frames.until(() -> now().run().kernel().patches().isEmpty());
        assertThat(Places.chapterAt(now().run(), step()))
                .hasValueSatisfying(chapter -> assertThat(chapter.index()).isEqualTo(4));
        assertThat(step()).isEqualTo(before + 1);
        assertThat(now().event().map(event -> event.term().name())).contains("read");
    }

    @Test
    void takingACallbackAwayRunsTheStoryAgain() {
        var removal = new Removal("exynos", Callback.ATTACH_DEV);
        playback.remove(Set.of(removal));
        frames.until(() -> now().run().kernel().removed().contains(removal));
        assertThat(now().run().callbacks())
                .filteredOn(entry -> entry.callback().equals("attach_dev"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.present()).isFalse());
        assertThat(step()).isEqualTo(10);
        playback.remove(Set.of());
        frames.until(() -> now().run().kernel().removed().isEmpty());
    }

    @Test
    void everyLevelOfTheSeriesIsRunAndTheFirstBadOneFound() {
        levelsDone();
        assertThat(playback.levelsProperty().get())
                .extracting(level -> level.outcome().orElseThrow().word())
                .containsExactly("ok", "broken", "broken", "broken", "broken", "broken", "broken", "ok", "ok");
        assertThat(playback.firstBadProperty().get()).map(Level::key).contains("P1");
    }

    @Test
    void playsToTheEndAndStops() {
        playback.speedProperty().set(600);
        playback.play();
        assertThat(playback.playingProperty().get()).isTrue();
        frames.until(() -> !playback.playingProperty().get());
        assertThat(step()).isEqualTo(now().length());
    }

    @Test
    void playingAgainAtTheEndBeginsAtTheStart() {
        playback.last();
        frames.until(() -> step() == now().length());
        var shown = new ArrayList<Integer>();
        playback.nowProperty().subscribe(now -> now.ifPresent(found -> shown.add(found.step())));
        playback.speedProperty().set(1);
        playback.play();
        playback.pause();
        frames.until(() -> step() == 0);
        assertThat(shown).contains(0);
        assertThat(playback.playingProperty().get()).isFalse();
    }

    @Test
    void whatCannotBeRunIsSaidAndTheOldRunStays() {
        playback.open(new Story("unreadable", "unreadable"), 0);
        frames.until(() -> playback.problemProperty().get().isPresent());
        assertThat(playback.problemProperty().get()).contains("unreadable:1:1: /: not a story");
        assertThat(step()).isEqualTo(10);
        playback.open(FakeRuns.OTHER, 3);
        frames.until(() -> step() == 3);
        assertThat(playback.problemProperty().get()).isEmpty();
    }

    @Test
    void restsWhenNothingHappens() {
        levelsDone();
        frames.until(() -> !frames.frame());
        assertThat(frames.frame()).as("somebody asks for frames at rest").isFalse();
    }

    @Test
    void theSameKernelIsNotRunAgain() {
        levelsDone();
        int asked = runs.asked.get();
        playback.kernel(playback.kernelProperty().get());
        playback.go(12);
        frames.until(() -> step() == 12);
        assertThat(runs.asked.get()).isEqualTo(asked);
    }

    @Test
    void placesAreKeptBetweenRunsOfDifferentLength() {
        var bad = runs.run(FakeRuns.STORY, KernelSpec.parse("6.2+p1"));
        var good = runs.run(FakeRuns.STORY, KernelSpec.parse("6.3"));
        for (int step = 0; step <= bad.recording().length(); step++) {
            int there = Places.same(bad, step, good);
            assertThat(there).isBetween(0, good.recording().length());
            assertThat(Places.chapterAt(good, there).map(chapter -> chapter.index()))
                    .as("chapter of step %d", step)
                    .isEqualTo(Places.chapterAt(bad, step).map(chapter -> chapter.index()));
        }
    }

    @Test
    void aStoryBeginsOnTheKernelThatItIsToldOn() {
        var told = new Story(
                FakeRuns.OTHER.key(),
                FakeRuns.OTHER.title(),
                Story.Kind.SCENARIO,
                java.util.Optional.of(KernelSpec.parse("6.12")));
        playback.begin(told);
        assertThat(playback.kernelProperty().get()).isEqualTo(KernelSpec.parse("6.12"));
        playback.begin(FakeRuns.STORY);
        assertThat(playback.kernelProperty().get()).isEqualTo(KernelSpec.parse("6.12"));
    }
}
