namespace Berth.Cli.Tests.EndToEnd;

public sealed class ServeTests
{
    private static readonly Dictionary<string, string> FreePorts = new()
    {
        ["BERTH_HOST_URLS"] = "http://127.0.0.1:0",
        ["BERTH_REGISTRY_URLS"] = "http://127.0.0.1:0",
        ["BERTH_ADMIN_TOKEN"] = "berth_pat_for_this_test",
    };

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_server_runs_in_the_foreground_and_ends_in_order_with_a_signal(string signal)
    {
        await using var serve = new BerthProcess(FreePorts, "serve");
        var host = (await serve.LineAsync("Host: "))["Host: ".Length..].Trim();
        using var http = new HttpClient();
        (await http.GetAsync(new Uri(host + "/health/live"))).IsSuccessStatusCode.ShouldBeTrue();
        await serve.SignalAsync(signal);
        (await serve.ExitCodeAsync()).ShouldBe(0, serve.Errors);
        await BerthProcess.GoneAsync(host);
    }

    [Fact]
    public async Task R50_A_killed_command_leaves_no_orphaned_server()
    {
        await using var serve = new BerthProcess(FreePorts, "serve");
        var host = (await serve.LineAsync("Host: "))["Host: ".Length..].Trim();
        await serve.SignalAsync("KILL");
        await serve.ExitCodeAsync();
        await BerthProcess.GoneAsync(host);
    }

    [Fact]
    public async Task The_server_s_exit_code_and_its_words_are_passed_on()
    {
        await using var serve = new BerthProcess(new Dictionary<string, string>(FreePorts) { ["BERTH_NO_SUCH_SETTING"] = "1" }, "serve");
        (await serve.ExitCodeAsync()).ShouldBe(2);
        serve.Errors.ShouldContain("BERTH_NO_SUCH_SETTING");
    }

    [Fact]
    public async Task Arguments_are_passed_on()
    {
        await using var serve = new BerthProcess(FreePorts, "serve", "--", "--BERTH_ROLE=nonsense");
        (await serve.ExitCodeAsync()).ShouldBe(2);
        serve.Errors.ShouldContain("nonsense");
    }
}
