package dev.millrace.inference.embed;

import static dev.millrace.inference.embed.BuiltInModel.HASHED_NGRAMS;
import static dev.millrace.inference.embed.BuiltInModel.STATIC_MINILM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.search.Model;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelChoiceTest {

    private static final Set<Model> HASHED = Set.of(HASHED_NGRAMS.model());
    private static final Set<Model> BOTH = Set.of(HASHED_NGRAMS.model(), STATIC_MINILM.model());

    @Test
    void aNewSiteTakesWhatItIsToldOrTheStaticModel() throws Exception {
        assertThat(ModelChoice.of(Optional.empty(), Set.of())).isEqualTo(STATIC_MINILM);
        assertThat(ModelChoice.of(Optional.of(HASHED_NGRAMS), Set.of())).isEqualTo(HASHED_NGRAMS);
    }

    @Test
    void aSiteWithVectorsGoesOnWithTheirModel() throws Exception {
        assertThat(ModelChoice.of(Optional.empty(), HASHED)).isEqualTo(HASHED_NGRAMS);
        assertThat(ModelChoice.of(Optional.of(HASHED_NGRAMS), HASHED)).isEqualTo(HASHED_NGRAMS);
    }

    @Test
    void anotherModelThanThatOfTheVectorsIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> ModelChoice.of(Optional.of(STATIC_MINILM), HASHED))
                .isInstanceOf(ModelRefused.class)
                .hasMessage(
                        "millrace.model: static-minilm (expected: hashed-ngrams 1, as the vectors in"
                                + " the log; without the setting the site goes on with theirs, and"
                                + " on a new data folder it takes another)");
    }

    @Test
    void ofSeveralModelsInTheLogOneHasToBeNamed() throws Exception {
        assertThatThrownBy(() -> ModelChoice.of(Optional.empty(), BOTH))
                .isInstanceOf(ModelRefused.class)
                .hasMessage(
                        "millrace.model: not set, and the log has vectors of hashed-ngrams 1 or"
                                + " static-minilm 1 (expected: the one to go on with)");
        assertThat(ModelChoice.of(Optional.of(STATIC_MINILM), BOTH)).isEqualTo(STATIC_MINILM);
    }

    @Test
    void vectorsOfAModelThatThisVersionDoesNotHaveAreNotMixedWithOurs() {
        var newer = Set.of(new Model("static-minilm", "2", 256));

        assertThatThrownBy(() -> ModelChoice.of(Optional.empty(), newer))
                .isInstanceOf(ModelRefused.class)
                .hasMessage(
                        "model: static-minilm 2, as the vectors in the log (expected: hashed-ngrams 1"
                                + " or static-minilm 1, which this version has)");
        assertThatThrownBy(() -> ModelChoice.of(Optional.of(STATIC_MINILM), newer))
                .isInstanceOf(ModelRefused.class)
                .hasMessageContaining("static-minilm (expected: static-minilm 2");
    }
}
