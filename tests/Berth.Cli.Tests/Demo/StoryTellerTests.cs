using System.Text.Json;
using Berth.Cli.Demo;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Demo;

public sealed class StoryTellerTests : IDisposable
{
    private readonly StringWriter _out = new();

    public void Dispose() => _out.Dispose();

    [Fact]
    public async Task What_comes_true_gets_a_tick_and_its_figure()
    {
        (await Teller().StepAsync("call", "It answers", () => Task.FromResult<(string, object)>(("3 times", new { times = 3 })))).ShouldBeTrue();
        _out.ToString().ShouldBe("✓  1  It answers: 3 times\n");
    }

    [Fact]
    public async Task What_does_not_come_true_says_what_was_expected_and_ends_the_story()
    {
        (await Teller().StepAsync("call", "It answers", () =>
        {
            StoryTeller.Expect("the version", "1.0.0", "1.1.0");
            return Task.FromResult<(string, object)>(("", new object()));
        })).ShouldBeFalse();
        _out.ToString().ShouldBe("✗  1  It answers: expected the version to be 1.0.0, got 1.1.0\n");
    }

    [Fact]
    public async Task A_refusal_of_the_server_is_told_as_one_with_JSON_too()
    {
        (await Teller(json: true).StepAsync("call", "It answers", Task<(string, object)> () => throw new CommandFailedException(ExitCode.NotFound, "x.y", "It is gone."))).ShouldBeFalse();
        var step = JsonDocument.Parse(_out.ToString()).RootElement;
        step.GetProperty("schemaVersion").GetInt32().ShouldBe(1);
        step.GetProperty("ok").GetBoolean().ShouldBeFalse();
        step.GetProperty("expected").GetString()!.ShouldContain("It is gone.");
    }

    private StoryTeller Teller(bool json = false) => new(new Report(
        new Terminal { Out = _out, Error = TextWriter.Null, In = TextReader.Null, Variable = _ => null, ReadSecret = () => "" }, json, quiet: false));
}
