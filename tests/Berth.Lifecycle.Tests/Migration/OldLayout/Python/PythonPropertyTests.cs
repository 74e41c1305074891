using System.Text.Json.Nodes;
using Berth.Lifecycle.Migration.OldLayout.Python;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Lifecycle.Tests.Migration.OldLayout.Python;

public sealed class PythonPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(300);

    private static readonly Gen<string> Text =
        from length in Gen.Choose(0, 14)
        from runes in Gen.ArrayOf(Gen.Elements([.. "abcXYZ019 _-.'\"\\{}[]#:,=\n\r\t\u0001é漢😀".EnumerateRunes()]), length)
        select string.Concat(runes);

    [Fact]
    public void A_literal_reads_back_the_same_in_whatever_style_it_is_written() =>
        Check.One(Runs, Prop.ForAll(Objects().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (json, seed) =>
        {
            var written = new PythonWriter(seed).Write(JsonNode.Parse(json));
            var read = PythonDescriptionReader.Read($"import os\nself.plugin_data = {written}  # end\nprint(1)\n");
            read.Notes.Where(note => note.StartsWith("plugin_data", StringComparison.Ordinal)).ShouldBeEmpty(written);
            JsonNode.DeepEquals(read.Plugin, JsonNode.Parse(json)).ShouldBeTrue($"{written}\nread as {read.Plugin?.ToJsonString()}\nnot as  {json}");
        }));

    [Fact]
    public void Whatever_the_text_is_reading_it_ends_without_an_exception() =>
        Check.One(Runs, Prop.ForAll(Pieces().ToArbitrary(), text => PythonDescriptionReader.Read(text).ShouldNotBeNull()));

    private static Gen<string> Objects() => from node in Members(3) select node.ToJsonString();

    private static Gen<JsonObject> Members(int depth) =>
        from count in Gen.Choose(0, 5)
        from names in Gen.ArrayOf(Text, count)
        from values in Gen.ArrayOf(Value(depth), count)
        select new JsonObject(names.Zip(values).DistinctBy(pair => pair.First).Select(pair => KeyValuePair.Create(pair.First, pair.Second?.DeepClone())));

    private static Gen<JsonNode?> Value(int depth)
    {
        Gen<JsonNode?> scalar = Gen.OneOf(
            Text.Select(text => (JsonNode?)JsonValue.Create(text)),
            Gen.Elements<JsonNode?>(null, JsonValue.Create(true), JsonValue.Create(false)),
            Gen.Choose(-100_000, 100_000).Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Choose(-100_000, 100_000).Select(number => (JsonNode?)JsonValue.Create((number / 64.0) + 0.015625)),
            Gen.Elements<JsonNode?>(JsonNode.Parse("123456789012345678901234567890"), JsonValue.Create(-1.5e-300), JsonValue.Create(long.MinValue)));
        return depth == 0
            ? scalar
            : Gen.OneOf(
                scalar,
                Members(depth - 1).Select(members => (JsonNode?)members),
                from count in Gen.Choose(0, 4) from items in Gen.ArrayOf(Value(depth - 1), count) select (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())]));
    }

    private static Gen<string> Pieces() =>
        from count in Gen.Choose(0, 40)
        from pieces in Gen.ArrayOf(
            Gen.Elements(
                "plugin_data", "module_data", " = ", "{", "}", "[", "]", "(", ")", ",", ":", "'", "\"", "'''", "\"\"\"", "\\", "\n", "#", "f", "r", "b",
                "1", "0x", "1e9", "-", ".", "True", "None", "lambda x: x", "self.", "**", "\u0000", "😀", "\\N{DASH}", "\\ud800"), count)
        select string.Concat(pieces);
}
