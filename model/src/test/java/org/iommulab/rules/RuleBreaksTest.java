package org.iommulab.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.sim.EventKind;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule that no remark about a driver shows: something that breaks it, and what it says then. */
class RuleBreaksTest {
    private static int indexOf(String key) {
        return IntStream.range(0, Rule.ALL.size())
                .filter(i -> Rule.ALL.get(i).key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static Optional<String> at(PlayedRun run, String key, int action) {
        return run.rules()
                .at(indexOf(key), run.chapters().get(action).lastStep())
                .sentence();
    }

    @Test
    void aFlushWindowIsOpenUntilTheTimerFiresAndSaysForHowLong() {
        PlayedRun run = Stories.of("intel").play("lazy-flush", "6.2");
        assertThat(run.rules().suspicions()).containsExactly("no-open-flush-window");
        assertThat(at(run, "no-open-flush-window", 2)).isEmpty();
        assertThat(at(run, "no-open-flush-window", 3))
                .contains("0xfffff000 is unmapped and dmar0 still caches it: open since 0 ms, for 10 ms at most");
        assertThat(at(run, "no-open-flush-window", 5)).isEmpty();
    }

    // room | story | driver | kernel
    @ParameterizedTest
    @CsvSource({"arm-smmu, banks-run-out, arm-smmu, 6.12", "s390, unplugged, s390, 6.2"})
    void whatIsTranslatedForARemovedDeviceIsSuspicious(String room, String story, String driver, String kernel) {
        var stories = Stories.of(room);
        assertThat(stories.play(story, kernel).rules().suspicions()).doesNotContain("no-way-for-the-gone");
        var without = List.of(new Removal(driver, Callback.RELEASE_DEVICE));
        PlayedRun broken = stories.play(story, KernelSpec.parse(kernel).without(without));
        assertThat(broken.rules().suspicions()).contains("no-way-for-the-gone");
        assertThat(broken.brokenRules()).doesNotContain("no-way-for-the-gone");
    }

    @Test
    void anOwnerTooManyOrTooFewIsSeen() {
        World world = Stories.of("intel").live("boot-and-dma", "6.2");
        Rule rule = new OwnersBalance();
        assertThat(rule.violation(world)).isEmpty();
        Group group = world.core().probing().groupList().stream()
                .filter(any -> any.ownerCount().get() == 1)
                .findFirst()
                .orElseThrow();
        group.ownerCount().add(1);
        assertThat(rule.violation(world)).contains(group.label() + " counts 2 owners, 1 is there");
        group.ownerCount().add(-2);
        assertThat(rule.violation(world)).contains(group.label() + " counts 0 owners, 1 is there");
    }

    @Test
    void aSupplierThatSleepsUnderItsConsumerIsSeen() {
        World world = Stories.of("exynos").live("drm-bind", "6.2");
        Rule rule = new SuppliersFollow();
        assertThat(rule.violation(world)).isEmpty();
        Device consumer = world.devices().values().stream()
                .filter(device ->
                        device.power().isPowered() && !device.suppliers().isEmpty())
                .findFirst()
                .orElseThrow();
        Device supplier = consumer.suppliers().toList().getFirst().supplier();
        supplier.power().putSync(world.kernel());
        assertThat(rule.violation(world))
                .contains(consumer.label() + " is resumed, " + supplier.label()
                        + ", which it is linked to, is suspended");
    }

    @Test
    void neighboursWhoseTablesDifferAreSeen() {
        World world = Stories.of("intel").live("boot-and-dma", "6.2");
        Rule rule = new MembersAgree();
        assertThat(rule.violation(world)).isEmpty();
        Group one = translated(world, 0);
        Group other = translated(world, 1);
        one.devices().add(other.devices().toList().getFirst());
        assertThat(rule.violation(world))
                .contains(one.label() + ": " + one.devices().toList().getFirst().label() + " is translated with "
                        + world.nameOf(one.domain().require()) + ", "
                        + other.devices().toList().getFirst().label() + " with "
                        + world.nameOf(other.domain().require()));
    }

    @Test
    void aUserInTheKernelsDomainIsNotContained() {
        World world = Stories.of("intel").live("boot-and-dma", "6.2");
        Rule rule = new UserIsContained();
        Group group = translated(world, 0);
        assertThat(rule.violation(world)).isEmpty();
        group.owner().set(group);
        assertThat(rule.violation(world).orElseThrow())
                .contains(" belongs to a user; ")
                .endsWith(" still walks the kernel's "
                        + world.nameOf(group.domain().require()));
    }

    /** A group in which one device is translated. */
    private static Group translated(World world, int index) {
        return world.core().probing().groupList().stream()
                .filter(group -> group.devices().size() == 1 && !group.domain().isNull())
                .filter(group -> world
                        .topology()
                        .portsOf(group.devices().toList().getFirst().label())
                        .stream()
                        .anyMatch(port -> port.unit()
                                .flatMap(unit -> world.pointedAtBy(unit, port))
                                .isPresent()))
                .skip(index)
                .findFirst()
                .orElseThrow();
    }

    // in 6.12 this cannot fail, so that the group is put out of its default domain by hand
    @Test
    void aDeviceThatIommufdGivesBackHasItsDefaultDomain() {
        PlayedRun run = Stories.of("iommufd").play("bind-to-close", "6.12");
        Rule rule = new DefaultAfterRelease();
        List<Integer> releases = IntStream.rangeClosed(1, run.recording().length())
                .filter(step -> run.recording().kind(step) == EventKind.LEAVE && rule.isAbout(run.recording(), step))
                .boxed()
                .toList();
        assertThat(releases).as("the SSD and the USB controller").hasSize(2);
        run.cursor().last();
        assertThat(rule.violation(run.world(), run.recording(), releases.getFirst()))
                .isEmpty();
        Group.of((Device) run.world().machine().object(run.recording().objectId(releases.getFirst())))
                .orElseThrow()
                .domain()
                .setQuietly(Optional.empty());
        assertThat(rule.violation(run.world(), run.recording(), releases.getFirst())
                        .orElseThrow())
                .contains("was given back and is in no domain, not in ");
    }
}
