using System.Text.Json;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Vm;

/// <summary>What a plugin's context keeps from it by itself; the sandbox around the process comes on top.</summary>
public sealed class JavaScriptContextTests : IAsyncLifetime
{
    private PluginBed _bed = null!;
    private JsonElement _found;

    public async Task InitializeAsync()
    {
        _bed = await PluginBed.StartAsync(level: new BareVmLevel());
        _found = JsonDocument.Parse(await _bed.Http.GetStringAsync("/p/Scripted/1.0.0/escapes")).RootElement;
    }

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public void Nothing_of_Node_is_there()
    {
        _found.GetProperty("globals").GetArrayLength().ShouldBe(0);
        foreach (var name in (string[])["process", "require", "import of node:fs", "import of a file", "import of a url"])
            _found.GetProperty(name).GetString()!.ShouldStartWith("refused: ", customMessage: name);
    }

    [Fact]
    public void No_text_becomes_code()
    {
        foreach (var name in (string[])["eval", "Function", "Function of a host function", "Function of an async function", "Function of an error"])
            _found.GetProperty(name).GetString().ShouldBe("refused: Code generation from strings disallowed for this context", name);
    }

    [Fact]
    public void Nothing_that_can_be_reached_comes_from_outside_of_the_context()
    {
        var foreign = _found.GetProperty("foreign");
        foreign.GetProperty("looked").GetBoolean().ShouldBeTrue();
        foreign.GetProperty("strange").EnumerateArray().Select(path => path.GetString()).ShouldBeEmpty();
    }

    [Fact]
    public void Neither_does_an_error_of_a_call_that_found_no_room_on_the_stack() =>
        _found.GetProperty("overflow").GetString().ShouldBe("own errors alone");

    [Fact]
    public void Stacks_do_not_show_their_places() => _found.GetProperty("places of a stack").GetString()!.ShouldStartWith("refused: ");

    [Fact]
    public void There_is_no_way_out_but_the_calls_own() => _found.GetProperty("fetch").GetString()!.ShouldContain("use berth.fetch");
}
