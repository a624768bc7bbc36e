package org.iommulab.app.window;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FuzzyTest {
    private static int score(String query, String title) {
        return Fuzzy.score(query, title).orElseThrow();
    }

    @Test
    void lettersInOrderFitAndOthersDoNot() {
        assertThat(Fuzzy.score("aiatt", "arm_iommu_attach_device")).isPresent();
        assertThat(Fuzzy.score("zz", "arm_iommu_attach_device")).isEmpty();
        assertThat(Fuzzy.score("hcatta", "attach")).isEmpty();
    }

    @Test
    void wholeWordsComeBeforeScatteredLetters() {
        assertThat(score("attach", "arm_iommu_attach_device")).isGreaterThan(score("attach", "a tall train aches"));
    }

    @Test
    void theShorterTitleComesFirst() {
        assertThat(score("group", "group 0")).isGreaterThan(score("group", "iommu_group_claim_dma_owner"));
    }
}
