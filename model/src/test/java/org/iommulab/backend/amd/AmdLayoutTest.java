package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.backend.amd.AmdCommand.Opcode;
import org.iommulab.backend.amd.AmdCommand.Range;
import org.iommulab.pagetable.Prot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Device table entries, commands and events of known value. */
class AmdLayoutTest {
    @Test
    void deviceTableEntries() {
        assertThat(AmdDte.blocked()).isEqualTo(new AmdDte(3, 0, 0, 0));
        assertThat(AmdDte.identity(5)).isEqualTo(new AmdDte(0x6000_0000_0000_0003L, 5, 0, 0));
        assertThat(AmdDte.host(0x1_0010_0000L, 3, 0xb, false)).isEqualTo(new AmdDte(0x6000_0001_0010_0603L, 0xb, 0, 0));
        assertThat(AmdDte.host(0x1_0010_0000L, 3, 0xb, true).d1()).isEqualTo(0x1_0000_000bL);
        assertThat(AmdDte.guest(0x1_0020_3000L, 1, 4, 0xc))
                .isEqualTo(new AmdDte(0x6cc0_0000_0000_0003L, 0x0000_1000_0040_000cL, 0, 0));
        assertThat(AmdDte.guest(0x1000, 2, 5, 0xc).d2()).isEqualTo(1L << 54);
    }

    @Test
    void whatADeviceTableEntrySays() {
        AmdDte host = AmdDte.host(0x1_0010_0000L, 3, 0xb, true);
        assertThat(host.valid() && host.translationValid() && host.iotlb()).isTrue();
        assertThat(host.root()).isEqualTo(0x1_0010_0000L);
        assertThat(host.mode()).isEqualTo(3);
        assertThat(host.domain()).isEqualTo(0xb);
        assertThat(host.prot()).isEqualTo(Prot.READ | Prot.WRITE);
        assertThat(host.guestTranslation()).isFalse();
        AmdDte guest = AmdDte.guest(0xf_fedc_ba98_7000L, 2, 5, 0xffff);
        assertThat(guest.guestTranslation()).isTrue();
        assertThat(guest.gcr3()).isEqualTo(0xf_fedc_ba98_7000L);
        assertThat(guest.gcr3Levels()).isEqualTo(2);
        assertThat(guest.guestLevels()).isEqualTo(5);
        assertThat(guest.domain()).isEqualTo(0xffff);
        var bits = new AmdDte(0, 1L << 34 | 1L << 39, 0, 0);
        assertThat(bits.suppressesFaults() && bits.exclusion() && !bits.iotlb()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0x123456000, 0x1000,  0x23456002, 0x00000001, 0x123456000, 0x123456fff",
        "0x123456800, 0x10,    0x23456002, 0x00000001, 0x123456000, 0x123456fff",
        "0x123456000, 0x4000,  0x23457003, 0x00000001, 0x123450000, 0x12345ffff",
        "0x123456000, 0x2000,  0x23456003, 0x00000001, 0x123456000, 0x123457fff",
        "0x40000000,  0x200000,0x400ff003, 0x00000000, 0x40000000,  0x401fffff",
        "0,           0x10000000000000, 0xfffff003, 0x0007ffff, 0, 0xfffffffffffff",
        "0,           0x7ffffffffffff000, 0xfffff003, 0x7fffffff, 0, -1",
    })
    void pages(String address, String bytes, String low, String high, String first, String last) {
        AmdCommand command =
                AmdCommand.invalidatePages(0xb, AmdCommand.pages(Long.decode(address), Long.decode(bytes)));
        assertThat(command)
                .isEqualTo(new AmdCommand(
                        0,
                        0x3000_000b,
                        Long.decode(low).intValue(),
                        Long.decode(high).intValue()));
        assertThat(command.range()).isEqualTo(new Range(Long.decode(first), Long.decode(last)));
        assertThat(command.pde()).isTrue();
        assertThat(command.guest()).isFalse();
    }

    @Test
    void everyCommand() {
        assertThat(AmdCommand.invalidatePages(0xb, AmdCommand.allPages()))
                .isEqualTo(new AmdCommand(0, 0x3000_000b, 0xffff_f003, 0x7fff_ffff));
        assertThat(AmdCommand.invalidateGuestPages(0xc, 7, AmdCommand.pages(0x1000, 0x1000)))
                .isEqualTo(new AmdCommand(7, 0x3000_000c, 0x1006, 0));
        assertThat(AmdCommand.invalidateDevicePages(0x300, 32, AmdCommand.allPages()))
                .isEqualTo(new AmdCommand(0x2000_0300, 0x4000_0300, 0xffff_f001, 0x7fff_ffff));
        assertThat(AmdCommand.invalidateDevice(0x300)).isEqualTo(new AmdCommand(0x300, 0x2000_0000, 0, 0));
        assertThat(AmdCommand.invalidateInterrupts(0x300)).isEqualTo(new AmdCommand(0x300, 0x5000_0000, 0, 0));
        assertThat(AmdCommand.invalidateAll()).isEqualTo(new AmdCommand(0, 0x8000_0000, 0, 0));
        AmdCommand wait = AmdCommand.completionWait(0x1_2345_6008L, 0x1_0000_0007L);
        assertThat(wait).isEqualTo(new AmdCommand(0x2345_6009, 0x1000_0001, 7, 1));
        assertThat(wait.storeAddress()).isEqualTo(0x1_2345_6008L);
        assertThat(wait.high()).isEqualTo(0x1_0000_0007L);
        assertThat(AmdCommand.of(wait.low(), wait.high())).isEqualTo(wait);
        assertThat(new AmdCommand(0, 0x6000_0000, 0, 0).opcode()).isEqualTo(Opcode.ILLEGAL);
        assertThat(new AmdCommand(0, 0, 0, 0).opcode()).isEqualTo(Opcode.ILLEGAL);
    }

    @Test
    void events() {
        var event = AmdEvent.of(AmdEvent.Type.IO_PAGE_FAULT, 0x300, 0xb, 1 << AmdEvent.WRITE, 0x1_2345_7000L);
        assertThat(event).isEqualTo(new AmdEvent(0x300, 0x2020_000b, 0x2345_7000, 1));
        assertThat(AmdEvent.of(event.low(), event.high())).isEqualTo(event);
        assertThat(event.type()).contains(AmdEvent.Type.IO_PAGE_FAULT);
        assertThat(event.device()).isEqualTo(0x300);
        assertThat(event.domain()).isEqualTo(0xb);
        assertThat(event.flags()).isEqualTo(0x20);
        assertThat(event.address()).isEqualTo(0x1_2345_7000L);
        assertThat(new AmdEvent(0, 0xf000_0000, 0, 0).type()).isEmpty();
        assertThat(AmdEvent.of(AmdEvent.Type.RMP_HW_ERROR, 0, 0x9_1234, 0, 0).domain())
                .isEqualTo(0x9_1234);
    }
}
