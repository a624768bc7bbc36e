package org.iommulab.backend.pamu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.iommulab.board.World;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.rules.Partings;
import org.iommulab.sim.EventKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PamuDriverTest {
    private static final int LIODN = 0x65;
    private static final long SOMEWHERE = 0x20_0000;

    private static P4080 booted(String kernel) {
        return new P4080(KernelSpec.parse(kernel));
    }

    private static P4080 without(String kernel, Callback callback) {
        return new P4080(KernelSpec.parse(kernel).without(List.of(new Removal("fsl_pamu", callback))));
    }

    private static boolean reaches(P4080 board, String device, long address) {
        return board.port(device).read32(address) instanceof Reply.Done;
    }

    // ---- the table

    @ParameterizedTest
    @CsvSource({
        "6.1, detach_dev",
        "6.2, detach_dev",
        "6.2+p1, detach_dev",
        "6.2+p1..p2, detach_dev",
        "6.2+p1..p3, set_platform_dma_ops",
        "6.2+p3, set_platform_dma_ops",
        "6.2+p1..p4, set_platform_dma_ops",
        "6.2+p1..p5, set_platform_dma_ops",
        "6.2+p1..p5+pamu-fix, set_platform_dma_ops",
        "6.3, set_platform_dma_ops"
    })
    void theTableHasOneOfTheTwo(String kernel, String which) {
        OpsTable table = booted(kernel).world.backends().getFirst().sourceTable();
        assertThat(table.table()).isEqualTo("fsl_pamu_ops");
        assertThat(table.entries().keySet().stream().map(Callback::kernelName).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "capable",
                        "domain_alloc",
                        "probe_device",
                        "device_group",
                        "attach_dev",
                        "iova_to_phys",
                        "free",
                        which);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.2+p1..p3"})
    void onlyTheCommitThatMissedTheCommaDoesNotCompile(String kernel) {
        assertThat(KernelSpec.parse(kernel).remarks().stream().anyMatch(r -> r.contains("fsl_pamu")))
                .isEqualTo(kernel.contains("p3"));
        assertThat(KernelSpec.parse(kernel + "+pamu-fix").remarks()).noneMatch(r -> r.contains("does not compile"));
    }

    // ---- boot

    @Test
    void bootMakesAGroupForEachDeviceWithANumberAndOpensAllOfThem() {
        P4080 board = booted("6.2");
        assertThat(board.world.core().probing().groupList()).hasSize(4).allSatisfy(group -> {
            assertThat(group.devices().size()).isEqualTo(1);
            assertThat(group.defaultDomain().isNull()).isTrue();
            assertThat(group.domain().isNull()).isTrue();
        });
        assertThat(Group.of(board.device(P4080.SPI))).isEmpty();
        assertThat(Group.of(board.device(P4080.IOMMU))).isEmpty();
        assertThat(board.attach(P4080.SPI, board.newDomain())).isEqualTo(Errno.ENODEV.negative());
        assertThat(reaches(board, P4080.CRYPTO, SOMEWHERE)).isTrue();
        assertThat(board.unit(P4080.PAMU1).translating(board.port(P4080.CRYPTO)))
                .as("addresses are physical")
                .isFalse();
    }

    // the worked states of an entry, for LIODN 0x65
    @Test
    void anEntryGoesThroughItsStates() {
        P4080 board = booted("6.2");
        assertThat(entry(board, 0x66)).as("nobody's").isEqualTo("00000000 00000000 00000000");
        assertThat(entry(board, LIODN)).as("boot").isEqualTo("000008d9 00000080 00000000");
        IommuDomain domain = board.newDomain();
        board.attach(P4080.CRYPTO, domain);
        assertThat(entry(board, LIODN)).as("attached").isEqualTo("000008d9 00000080 00000004");
        assertThat(board.count(EventKind.TABLE_WRITE, "PAACE addr_bitfields")).isPositive();
        board.detach(P4080.CRYPTO, domain);
        assertThat(entry(board, LIODN)).as("detached").isEqualTo("000008d8 00000080 00000004");
        assertThat(entry(board, 1)).as("queue manager's portal").isEqualTo("000008d9 00000080 00000002");
    }

    private static String entry(P4080 board, int liodn) {
        return String.format(
                "%08x %08x %08x",
                board.word(liodn, PamuLayout.ADDR_BITFIELDS),
                board.word(liodn, PamuLayout.DOMAIN_ATTR),
                board.word(liodn, PamuLayout.IMPL_ATTR));
    }

    // ---- the NULL transition

    @ParameterizedTest
    @CsvSource({
        "6.1, 1",
        "6.2, 1",
        "6.2+p1, 1",
        "6.2+p1..p2, 1",
        "6.2+p1..p3, 0",
        "6.2+p1..p4, 0",
        "6.2+p1..p5, 0",
        "6.3, 0"
    })
    void handedBackTheDeviceIsBlockedAtEveryLevel(String kernel, int traces) {
        P4080 board = booted(kernel);
        IommuDomain domain = board.newDomain();
        assertThat(board.attach(P4080.PORTAL, domain)).isZero();
        assertThat(board.world.notedDomain(board.device(P4080.PORTAL))).contains(domain);
        assertThat(board.world.clientsOf(domain)).containsExactly(board.device("ffe022000.pamu"));
        assertThat(board.world.pointedAtBy(board.unit("ffe022000.pamu"))).containsExactly(domain);

        board.detach(P4080.PORTAL, domain);

        assertThat(board.warnings()).isZero();
        assertThat(board.group(P4080.PORTAL).domain().isNull()).isTrue();
        assertThat(board.world.notedDomain(board.device(P4080.PORTAL))).isEmpty();
        assertThat(board.count(EventKind.TRACEPOINT, "detach_device_from_domain"))
                .isEqualTo(traces);
        assertThat(board.word(1, PamuLayout.ADDR_BITFIELDS)).isEqualTo(0x8d8);
        assertThat(board.word(2, PamuLayout.ADDR_BITFIELDS)).isEqualTo(0x8d8);
        assertThat(reaches(board, P4080.PORTAL, SOMEWHERE)).isFalse();
        assertThat(Partings.ofReleased(board.world)).as("nobody misses it yet").isEmpty();
        board.world.bus().register(Objects.requireNonNull(board.world.drivers().get("qman_portal")));
        assertThat(Partings.ofReleased(board.world))
                .singleElement()
                .satisfies(parting -> assertThat(parting.sentence()).contains("lets nothing of it through"));
    }

    // removed callback | warnings | the core forgets the domain
    @ParameterizedTest
    @CsvSource({
        "6.2, DETACH_DEV, 2, no",
        "6.2+p1..p2, DETACH_DEV, 1, yes",
        "6.2+p1..p3, SET_PLATFORM_DMA_OPS, 1, yes",
        "6.2+p1..p5, SET_PLATFORM_DMA_OPS, 1, yes",
        "6.3, SET_PLATFORM_DMA_OPS, 1, yes"
    })
    void withoutTheCallbackTheWindowStaysOpen(String kernel, Callback removed, int warnings, String forgets) {
        P4080 board = without(kernel, removed);
        IommuDomain domain = board.newDomain();
        board.attach(P4080.CRYPTO, domain);
        board.detach(P4080.CRYPTO, domain);
        assertThat(board.warnings()).isEqualTo(warnings);
        assertThat(board.group(P4080.CRYPTO).domain().isNull()).isEqualTo(forgets.equals("yes"));
        assertThat(reaches(board, P4080.CRYPTO, SOMEWHERE))
                .as("better off than with it")
                .isTrue();
        assertThat(Partings.ofGroups(board.world)).hasSize(forgets.equals("yes") ? 1 : 0);

        IommuDomain next = board.newDomain();
        if (forgets.equals("yes")) {
            assertThat(board.attach(P4080.CRYPTO, next)).isZero();
            assertThat(board.world.notedDomain(board.device(P4080.CRYPTO))).contains(next);
            assertThat(board.world.clientsOf(domain)).isEmpty();
        } else {
            assertThat(board.attach(P4080.CRYPTO, next)).isEqualTo(Errno.EBUSY.negative());
        }
        board.world.core().domains().free(domain);
        assertThat(reaches(board, P4080.CRYPTO, SOMEWHERE))
                .as("free takes all devices of the domain away")
                .isEqualTo(forgets.equals("yes"));
    }

    // ---- ownership

    @ParameterizedTest
    @ValueSource(strings = {"6.2", "6.2+p1..p2", "6.3"})
    void theBlockingDomainIsAnOpenWindow(String kernel) {
        P4080 board = booted(kernel);
        Group group = board.group(P4080.CRYPTO);
        World world = board.world;
        assertThat(world.core().ownership().claim(group, group)).isZero();
        IommuDomain blocking = group.blockingDomain().require();
        assertThat(group.domain().is(blocking)).isTrue();
        assertThat(blocking.type()).isEqualTo(DomainType.UNMANAGED);
        assertThat(blocking.mappedPages()).isEqualTo(1L << 24);
        assertThat(blocking.lookUp(SOMEWHERE)).isEqualTo(SOMEWHERE);
        assertThat(world.core().mapping().iovaToPhys(blocking, 1L << 36)).isZero();
        assertThat(reaches(board, P4080.CRYPTO, SOMEWHERE)).isTrue();
        assertThat(Partings.ofGroups(world)).as("core and hardware agree").isEmpty();

        world.core().ownership().release(group);
        assertThat(board.warnings()).isZero();
        assertThat(reaches(board, P4080.CRYPTO, SOMEWHERE)).isFalse();
    }

    @Test
    void nothingCanBeMapped() {
        P4080 board = booted("6.2");
        IommuDomain domain = board.newDomain();
        assertThat(board.world.core().mapping().map(domain, 0, 0, 4096, 3)).isEqualTo(Errno.ENODEV.negative());
        assertThat(board.world.core().mapping().unmap(domain, 0, 4096)).isZero();
        assertThat(domain.mappedPages()).isZero();
        assertThat(domain.lookUp(SOMEWHERE)).isZero();
        assertThat(board.world
                        .core()
                        .domains()
                        .alloc(board.world.backends().getFirst().ops(), DomainType.DMA))
                .isEqualTo(Optional.empty());
    }

    // ---- errors

    @ParameterizedTest
    @CsvSource({"6.1, EINVAL", "6.2, ENODEV", "6.3, ENODEV"})
    void aNumberBeyondTheTableIsRefused(String kernel, Errno answer) {
        P4080 board = P4080.withCryptoLiodn(KernelSpec.parse(kernel), "0x500");
        assertThat(board.attach(P4080.CRYPTO, board.newDomain())).isEqualTo(answer.negative());
        assertThatThrownBy(() -> board.port(P4080.CRYPTO).read32(SOMEWHERE))
                .as("BUG_ON in the interrupt handler, which finds no entry for it")
                .isInstanceOf(KernelDeath.class)
                .hasMessageContaining("pamu_av_isr");
        assertThat(board.register(P4080.PAMU1, PamuLayout.POEAL)).isZero();
    }

    @Test
    void aDeviceThatLeftWhileAttachedIsDeadlyForTheFree() {
        P4080 board = booted("6.3");
        IommuDomain domain = board.newDomain();
        board.attach(P4080.CRYPTO, domain);
        board.world.bus().remove(board.device(P4080.CRYPTO));
        assertThat(reaches(board, P4080.CRYPTO, SOMEWHERE))
                .as("release_device never existed")
                .isTrue();
        assertThatThrownBy(() -> board.world.core().domains().free(domain))
                .isInstanceOf(KernelDeath.class)
                .hasMessageContaining("dev.iommu.priv");
    }

    // ---- violations

    @Test
    void theSecondViolationSilencesThePamuForGood() {
        P4080 board = booted("6.2");
        assertThat(reaches(board, P4080.CRYPTO, 1L << 36)).isFalse();
        assertThat(board.count(EventKind.LOG, "Disabling liodn")).isEqualTo(1);
        assertThat(board.register(P4080.PAMU1, PamuLayout.PICS)).isEqualTo(PamuLayout.PICS_AV_ENABLE);
        assertThat(board.word(LIODN, PamuLayout.ADDR_BITFIELDS)).isEqualTo(0x8d8);

        assertThat(reaches(board, P4080.CRYPTO, SOMEWHERE)).isFalse();
        assertThat(board.count(EventKind.LOG, "access violation interrupt")).isEqualTo(2);
        assertThat(board.register(P4080.PAMU1, PamuLayout.PICS)).isZero();

        assertThat(reaches(board, P4080.CRYPTO, SOMEWHERE)).isFalse();
        assertThat(board.count(EventKind.LOG, "access violation interrupt")).isEqualTo(2);
        assertThat(board.unit(P4080.PAMU1).fault()).isEqualTo("LIODN 0x65: access violation at 0x200000");

        assertThat(board.attach(P4080.CRYPTO, board.newDomain())).isZero();
        assertThat(reaches(board, P4080.CRYPTO, SOMEWHERE)).isTrue();
        assertThat(board.register(P4080.PAMU1, PamuLayout.PICS) & PamuLayout.PICS_AV_ENABLE)
                .isZero();
    }

    @Test
    void aViolationOfAnAttachedDeviceParts() {
        P4080 board = booted("6.2");
        IommuDomain domain = board.newDomain();
        board.attach(P4080.CRYPTO, domain);
        assertThat(reaches(board, P4080.CRYPTO, 1L << 36)).isFalse();
        assertThat(Partings.ofGroups(board.world))
                .singleElement()
                .satisfies(parting -> assertThat(parting.sentence())
                        .isEqualTo("the core says domain 1; ffe021000.pamu lets nothing of ffe300000.crypto through"));
        assertThat(Objects.requireNonNull(domain).mappedPages()).isZero();
    }
}
