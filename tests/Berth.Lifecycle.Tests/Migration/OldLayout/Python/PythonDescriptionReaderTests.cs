using System.Text.Json.Nodes;
using Berth.Lifecycle.Migration.OldLayout.Python;

namespace Berth.Lifecycle.Tests.Migration.OldLayout.Python;

public sealed class PythonDescriptionReaderTests
{
    [Theory]
    [InlineData("'a' \"b\" '''c'''", "\"abc\"")]
    [InlineData("'''two\nlines'''", "\"two\\nlines\"")]
    [InlineData("\"\"\"it's \"quoted\" \\\"\"\"\"", "\"it's \\\"quoted\\\" \\\"\"")]
    [InlineData("'\\x41\\u00e9\\U0001F600\\101\\t\\'\\q'", "\"Aé😀A\\t'\\\\q\"")]
    [InlineData("r'\\n'", "\"\\\\n\"")]
    [InlineData("R\"a\" rb'b'", null)]
    [InlineData("b'bytes\\x41'", "\"bytesA\"")]
    [InlineData("b'\\xff'", null)]
    [InlineData("f'plain {{braces}}'", "\"plain {braces}\"")]
    [InlineData("f'{name}'", null)]
    [InlineData("f'a' 'b {c}'", "\"ab {c}\"")]
    [InlineData("'\\N{DASH}'", null)]
    [InlineData("'\\ud83d\\ude00'", null)]
    [InlineData("'\\xg1'", null)]
    [InlineData("0x_ff", "255")]
    [InlineData("0b101", "5")]
    [InlineData("0O17", "15")]
    [InlineData("1_000", "1000")]
    [InlineData("00", "0")]
    [InlineData("012", null)]
    [InlineData("1__0", null)]
    [InlineData("--1", "1")]
    [InlineData("-1.5e-3", "-0.0015")]
    [InlineData("1.", "1")]
    [InlineData(".5", "0.5")]
    [InlineData("1e999", null)]
    [InlineData("3j", null)]
    [InlineData("0x1.8", null)]
    [InlineData("True", "true")]
    [InlineData("None", "null")]
    [InlineData("true", null)]
    [InlineData("Nonesuch", null)]
    [InlineData("()", "[]")]
    [InlineData("(1)", "1")]
    [InlineData("(1,)", "[1]")]
    [InlineData("((1, 2), (3,))", "[[1,2],[3]]")]
    [InlineData("[1, 2,]", "[1,2]")]
    [InlineData("{'a': {'b': [1]}, 'a': 2}", "{\"a\":2}")]
    [InlineData("'x'.upper()", null)]
    [InlineData("'%s' % name", null)]
    [InlineData("'a' + 'b'", null)]
    [InlineData("'a' if True else 'b'", null)]
    [InlineData("[1] + [2]", null)]
    [InlineData("os.environ['HOME']", null)]
    [InlineData("__import__('os').system('true')", null)]
    [InlineData("lambda: 1", null)]
    [InlineData("(yield)", null)]
    [InlineData("{1, 2}", null)]
    [InlineData("{'a', 'b'}", null)]
    [InlineData("{}", "{}")]
    [InlineData("1e5", "100000")]
    public void A_value_is_read_when_it_is_a_literal_and_left_out_when_not(string python, string? json)
    {
        var read = PythonDescriptionReader.Read($"plugin_data = {{'before': 1, 'value': {python}, 'after': 2}}\nmodule_data = []\n");
        read.Plugin.ShouldNotBeNull();
        read.Plugin["before"]!.ToJsonString().ShouldBe("1");
        read.Plugin["after"]!.ToJsonString().ShouldBe("2");
        read.Plugin.ContainsKey("value").ShouldBe(json is not null);
        if (json is null)
            read.Notes.ShouldBe(["plugin_data[\"value\"] is not a literal and is left out."]);
        else
            JsonNode.DeepEquals(read.Plugin["value"], JsonNode.Parse(json)).ShouldBeTrue(read.Plugin.ToJsonString());
    }

    [Theory]
    [InlineData("plugin_data = {'name': 'A'}")]
    [InlineData("self.plugin_data = {'name': 'A'}")]
    [InlineData("class X:\n    plugin_data = {'name': 'A'}\n")]
    [InlineData("plugin_data: Dict[str, Any] = {'name': 'A'}")]
    [InlineData("plugin_data: dict={'name': 'A'}; other = 1")]
    [InlineData("self.plugin_data = \\\n    {'name': 'A'}  # comment")]
    [InlineData("\uFEFFplugin_data = {'name':\r\n'A'}\r\n")]
    [InlineData("\"\"\"plugin_data = {'name': 'B'}\"\"\"\n# plugin_data = {'name': 'C', 'more': 1}\nplugin_data = {'name': 'A'}")]
    [InlineData("plugin_data = None\nif plugin_data == {'name': 'B', 'x': 1}: pass\nplugin_data = {'name': 'A'}\nplugin_data['name'] = 'D'\nplugin_data = load()")]
    [InlineData("print(plugin_data={'name': 'B', 'more': 1})\nplugin_data = ({'name': 'A'})")]
    [InlineData("my_plugin_data = {'name': 'B', 'more': 1}\nplugin_data = {'name': 'A'}\nplugin_data = {'name': 'B'}")]
    public void The_assignment_is_found_in_every_form_and_nothing_else_is_taken_for_it(string python) =>
        PythonDescriptionReader.Read(python).Plugin!["name"]!.GetValue<string>().ShouldBe("A");

    [Fact]
    public void The_assignment_with_the_most_literal_members_counts()
    {
        var read = PythonDescriptionReader.Read(
            """
            def rows(self, user_id):
                plugin_data = {"id": f"{user_id}_x", "name": self.name, "enabled": True}
            class Manager:
                plugin_data = {"name": "Real", "version": "1.0.0"}
            """);
        read.Plugin!["name"]!.GetValue<string>().ShouldBe("Real");
    }

    [Fact]
    public void Modules_are_the_dicts_of_the_list_and_what_is_no_literal_is_named_by_its_place()
    {
        var read = PythonDescriptionReader.Read(
            """
            self.plugin_data = {"version": VERSION, **common, KEY: 1, "tags": ["a", compute(), "b"], {1, 2}: 3}
            self.module_data = [{"name": "A", "props": {"x": make(1, 2), "y": [i for i in range(3)]}}, other, {"name": "B"}]
            """);
        read.Plugin!.ToJsonString().ShouldBe("""{"tags":["a","b"]}""");
        read.Modules.Select(module => module.ToJsonString()).ShouldBe(["""{"name":"A","props":{"y":[]}}""", """{"name":"B"}"""]);
        read.Notes.Select(note => note.Replace(" is not a literal and is left out.", "", StringComparison.Ordinal)).ShouldBe(
            [
                "plugin_data[\"version\"]", "plugin_data: the members of another dict", "plugin_data[…]", "plugin_data[\"tags\"][1]", "plugin_data[…]",
                "module_data[0][\"props\"][\"x\"]", "module_data[0][\"props\"][\"y\"][0]", "module_data[1]",
            ]);
    }

    [Theory]
    [InlineData("[", 1_000_000)]
    [InlineData("(", 1_000_000)]
    [InlineData("{'a':", 200_000)]
    [InlineData("((1,),", 100_000)]
    [InlineData("plugin_data=[", 80_000)]
    [InlineData("'", 999_999)]
    [InlineData("f'{", 300_000)]
    [InlineData("-", 1_000_000)]
    [InlineData("1", 1_000_000)]
    [InlineData("1,", 500_000)]
    [InlineData("\\\n", 500_000)]
    public void A_hostile_text_is_bounded(string piece, int times)
    {
        var read = PythonDescriptionReader.Read("plugin_data = " + string.Concat(Enumerable.Repeat(piece, times)));
        read.Plugin.ShouldBeNull();
        read.Notes.ShouldNotBeEmpty();
    }

    [Fact]
    public void Values_are_read_32_levels_deep_and_no_deeper()
    {
        static string Nested(int levels) => $"plugin_data = {{'a': {new string('[', levels)}1{new string(']', levels)}}}\nmodule_data = []";
        PythonDescriptionReader.Read(Nested(30)).Plugin.ShouldNotBeNull();
        var read = PythonDescriptionReader.Read(Nested(40));
        read.Plugin.ShouldBeNull();
        read.Notes.Single().ShouldContain("32 levels");
    }
}
