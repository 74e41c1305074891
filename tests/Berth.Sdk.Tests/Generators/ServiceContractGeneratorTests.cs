namespace Berth.Sdk.Tests.Generators;

public sealed class ServiceContractGeneratorTests
{
    [Fact]
    public async Task Arguments_and_results_cross_as_they_were() =>
        (await CompiledContract.Of("""
            public enum Mood : byte { Calm = 1, Loud = 2 }
            public sealed record Line(string Text, int Times = 3, Mood? Mood = null) { public List<string> Tags { get; init; } = ["none"]; public required decimal Price { get; init; } public string Upper => Text.ToUpperInvariant(); }
            public readonly record struct Point(double X, float Y);
            public sealed class Page { public string Title { get; set; } = ""; public Page[] Children { get; set; } = []; public Dictionary<string, Point> Marks { get; set; } = []; }

            [ServiceContract]
            public interface IContract
            {
                Task<Line> EchoAsync(Line line, CancellationToken cancellationToken);
                ValueTask<Page?> PageAsync(Page? page);
                Task<string> TimesAsync(Guid id, DateTime at, DateTimeOffset when, DateOnly day, TimeOnly time, TimeSpan span, Uri uri, byte[] bytes, char letter, ulong large, long? missing);
            }

            public sealed class Provider : IContract
            {
                public Task<Line> EchoAsync(Line line, CancellationToken cancellationToken) => Task.FromResult(line with { Times = line.Times + 1 });
                public ValueTask<Page?> PageAsync(Page? page) => new(page);
                public Task<string> TimesAsync(Guid id, DateTime at, DateTimeOffset when, DateOnly day, TimeOnly time, TimeSpan span, Uri uri, byte[] bytes, char letter, ulong large, long? missing) =>
                    Task.FromResult($"{id} {at:O} {at.Kind} {when:O} {day:O} {time:O} {span} {uri} {Convert.ToHexString(bytes)} {letter} {large} {missing?.ToString() ?? "null"}");
            }

            public static class Scene
            {
                public static async Task<string> PlayAsync(IContract contract)
                {
                    var line = await contract.EchoAsync(new Line("say \"ä\"", 1, Mood.Loud) { Price = 1.10m }, default);
                    var page = await contract.PageAsync(new Page { Title = "a", Children = [new Page { Title = "b" }], Marks = { ["x"] = new Point(double.NaN, 1.5f) } });
                    var none = await contract.PageAsync(null);
                    var times = await contract.TimesAsync(Guid.Empty, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), new DateOnly(2026, 1, 2), new TimeOnly(3, 4), TimeSpan.FromMinutes(90), new Uri("/a?b", UriKind.Relative), [1, 255], 'ß', ulong.MaxValue, null);
                    return string.Join('|', line, page!.Title, page.Children[0].Title, page.Marks["x"].X, page.Marks["x"].Y, none is null, times);
                }
            }
            """).PlayAsync())
            .ShouldBe("Line { Text = say \"ä\", Times = 2, Mood = Loud, Tags = System.Collections.Generic.List`1[System.String], Price = 1.10, Upper = SAY \"Ä\" }|a|b|NaN|1.5|True|"
                + "00000000-0000-0000-0000-000000000000 2026-01-02T03:04:05.0000000Z Utc 2026-01-02T03:04:05.0000000+02:00 2026-01-02 03:04:00.0000000 01:30:00 /a?b 01FF ß 18446744073709551615 null");

    [Fact]
    public async Task What_a_provider_returns_as_a_list_arrives_as_a_copy() =>
        (await CompiledContract.Of("""
            [ServiceContract]
            public interface IContract
            {
                Task<IReadOnlyList<string>> ListAsync();
                Task<IEnumerable<int>> LazyAsync();
            }

            public sealed class Provider : IContract
            {
                public Task<IReadOnlyList<string>> ListAsync() => Task.FromResult<IReadOnlyList<string>>(new Mine());
                public Task<IEnumerable<int>> LazyAsync() => Task.FromResult(Numbers());
                private static IEnumerable<int> Numbers() { yield return 1; yield return 2; }
                private sealed class Mine : List<string>;
            }

            public static class Scene
            {
                public static async Task<string> PlayAsync(IContract contract) => $"{(await contract.ListAsync()).GetType()} {(await contract.LazyAsync()).GetType()}";
            }
            """).PlayAsync()).ShouldBe("System.String[] System.Int32[]");

    [Fact]
    public async Task A_stream_is_read_item_by_item_and_ends_with_its_reader() =>
        (await CompiledContract.Of("""
            [ServiceContract]
            public interface IContract { IAsyncEnumerable<int> CountAsync(int from, CancellationToken cancellationToken = default); }

            public sealed class Provider : IContract
            {
                public async IAsyncEnumerable<int> CountAsync(int from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
                {
                    try { for (var i = from; ; i++) { await Task.Yield(); yield return i; } }
                    finally { Scene.Ended = true; }
                }
            }

            public static class Scene
            {
                public static bool Ended;
                public static async Task<string> PlayAsync(IContract contract)
                {
                    var seen = new List<int>();
                    await foreach (var item in contract.CountAsync(7)) { seen.Add(item); if (seen.Count == 3) break; }
                    return string.Join(',', seen) + Ended;
                }
            }
            """).PlayAsync()).ShouldBe("7,8,9True");

    [Fact]
    public void Overloads_and_members_with_a_body_are_part_of_a_contract() =>
        CompiledContract.Of("""
            [ServiceContract]
            public interface IContract
            {
                Task SayAsync(string text);
                Task SayAsync(int number);
                Task SayTwiceAsync(string text) => Task.WhenAll(SayAsync(text), SayAsync(text));
            }
            """).Load().Contract.Shape.Operations.Select(operation => operation.Key).ShouldBe(["SayAsync(int32)", "SayAsync(string)"]);

    [Fact]
    public void The_fingerprint_is_that_of_the_shape_and_not_of_the_build()
    {
        const string Contract = "[ServiceContract] public interface IContract { Task<int> AAsync(string text); Task BAsync(); }";
        var first = CompiledContract.Of(Contract).Load().Contract.Fingerprint;
        CompiledContract.Of("public sealed class Other;\n" + Contract.Replace("string text", "string words")).Load().Contract.Fingerprint.ShouldBe(first);
        CompiledContract.Of(Contract.Replace("Task<int>", "Task<long>")).Load().Contract.Fingerprint.ShouldNotBe(first);
    }

    [Fact]
    public async Task A_missing_member_has_its_default_and_a_required_one_is_a_fault()
    {
        var contract = CompiledContract.Of("""
            public sealed record Line(string Text, int Times = 3, string? Note = null) { public string Kind { get; init; } = "plain"; }
            [ServiceContract] public interface IContract { Task<string> SayAsync(Line line); }
            public sealed class Provider : IContract { public Task<string> SayAsync(Line line) => Task.FromResult(line.ToString()); }
            """).Load();
        var provider = Activator.CreateInstance(contract.Interface.Assembly.GetType("Snippet.Provider")!)!;
        var said = await contract.Contract.InvokeAsync(provider, "SayAsync(Snippet.Line)", """[{"Text":"hi","Unknown":1}]"""u8.ToArray(), default);
        System.Text.Json.JsonDocument.Parse(said).RootElement.GetString().ShouldBe("Line { Text = hi, Times = 3, Note = , Kind = plain }");
        var fault = await Should.ThrowAsync<Contracts.ServiceContractException>(() => contract.Contract.InvokeAsync(provider, "SayAsync(Snippet.Line)", "[{}]"u8.ToArray(), default));
        fault.Message.ShouldContain("'Text' of Snippet.Line is missing");
    }

    [Fact]
    public void An_interface_of_an_assembly_without_the_sdk_has_no_contract() =>
        Contracts.ServiceContract.Of(typeof(IDisposable)).ShouldBeNull();
}
