using Berth.Registry.Search;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Registry.Tests.Search;

public sealed class EditPatternTests
{
    [Theory]
    [InlineData("network", "network", 0)]
    [InlineData("network", "entwork", 1)]
    [InlineData("network", "netwrk", 1)]
    [InlineData("network", "networks", 1)]
    [InlineData("network", "notwork", 1)]
    [InlineData("ca", "abc", 3)]
    [InlineData("größe", "grösse", 2)]
    [InlineData("größe", "grüße", 1)]
    [InlineData("", "ab", 2)]
    [InlineData("ab", "", 2)]
    public void Letters_inserted_left_out_replaced_or_swapped_count_one_each(string word, string text, int distance) =>
        new EditPattern(word).DistanceTo(text, most: 5).ShouldBe(distance);

    [Fact]
    public void It_agrees_with_the_table_of_distances() => Prop.ForAll(
        Words.ToArbitrary(), Words.ToArbitrary(), Gen.Choose(0, 4).ToArbitrary(), (word, text, most) =>
        {
            var distance = Table(word, text);
            var found = new EditPattern(word).DistanceTo(text, most);
            (distance <= most ? found == distance : found > most).ShouldBeTrue($"'{word}' and '{text}' lie {distance} apart; at most {most} gave {found}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void Words_longer_than_a_word_of_bits_are_near_nothing()
    {
        var word = new string('a', 65);
        new EditPattern(word).DistanceTo(word, most: 2).ShouldBe(3);
        new EditPattern(word[1..]).DistanceTo(word.AsSpan(1), most: 2).ShouldBe(0);
        new EditPattern(word[1..]).DistanceTo(word.AsSpan(2), most: 2).ShouldBe(1);
    }

    // Few letters, so that swaps and repetitions are frequent; one of them not Latin.
    private static Gen<string> Words { get; } =
        from length in Gen.Frequency((9, Gen.Choose(0, 9)), (1, Gen.Choose(60, 64)))
        from letters in Gen.ArrayOf(Gen.Elements('a', 'b', 'c', 'ß'), length)
        select new string(letters);

    private static int Table(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[a.Length, b.Length];
    }
}
