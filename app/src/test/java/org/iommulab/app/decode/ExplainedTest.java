package org.iommulab.app.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExplainedTest {
    private static final String FAULT = "nvme 0000:03:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000b"
            + " address=0x123457000 flags=0x0020]";

    @Test
    void aPastedFaultIsToldFromItsHeadingToItsBits() {
        Explained explained = Explained.of("hello\n" + FAULT + "\n");

        assertThat(explained.tally()).isEqualTo("2 lines, 1 decoded");
        assertThat(explained.rows().getFirst())
                .isEqualTo(new Row(Row.Kind.HEADING, "line 2: AMD-Vi: DMA write refused"));
        assertThat(explained.rows()).contains(new Row(Row.Kind.QUOTE, FAULT));
        assertThat(explained.rows())
                .anyMatch(row -> row.kind() == Row.Kind.BITS && row.text().contains("5 RW = 1: a write"));
    }

    @Test
    void aLongTextIsCutOff() {
        assertThat(Explained.of("x\n".repeat(30_000)).tally()).isEqualTo(Explained.MOST_LINES + " lines, 0 decoded");
    }
}
