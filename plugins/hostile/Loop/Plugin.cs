using System.Reflection;
using Berth.Contracts;
using Hostile.Contracts;
using Microsoft.AspNetCore.Mvc;

namespace Hostile.Services;

/// <summary>Attacks between two plugins; which one is in the names of the two.</summary>
public sealed class Plugin : IPlugin
{
    public void MapEndpoints(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/attack", async ([FromServices] IPluginServices services, IPluginContext plugin) =>
        $"did: {(plugin.Slug.StartsWith("Deep", StringComparison.Ordinal) ? await Bombs.SendAsync(services) : await Loop.AskAsync(services))}");
}

[PluginService("LOOP")]
public sealed class Loop(IPluginServices services, IPluginContext plugin) : ILoop
{
    private static int _calls;

    /// <summary>Each call makes two of the other plugin, which makes two of this one.</summary>
    public Task<string> AgainAsync()
    {
        if (plugin.Slug.StartsWith("Dies", StringComparison.Ordinal))
            Sys.Die();
        return AskAsync(services);
    }

    public Task<int> CountAsync(IReadOnlyList<string> texts) => Task.FromResult(texts.Count);

    public static async Task<string> AskAsync(IPluginServices services)
    {
        Interlocked.Increment(ref _calls);
        try
        {
            var other = services.Get<ILoop>("LOOP");
            var said = await Task.WhenAll(other.AgainAsync(), other.AgainAsync());
            return said[0];
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return $"{_calls} calls, until: {exception.Message}";
        }
    }
}

/// <summary>Arguments that no proxy would write.</summary>
internal static class Bombs
{
    private const int Longest = 2_000_000;

    public static async Task<string> SendAsync(IPluginServices services)
    {
        var other = services.Get<ILoop>("LOOP");
        if (await other.CountAsync(["one"]) != 1)
            throw new InvalidOperationException("The other plugin does not count.");
        var channel = (IServiceChannel)other.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic).First(field => field.FieldType == typeof(IServiceChannel)).GetValue(other)!;
        var operation = ServiceContract.Of(typeof(ILoop))!.Shape.Operations.Single(one => one.Name == nameof(ILoop.CountAsync));
        var (taken, refused) = (0, 0);
        foreach (var text in Deep.Texts(Longest))
        {
            try
            {
                await channel.CallAsync(operation, System.Text.Encoding.UTF8.GetBytes(text), CancellationToken.None);
                taken++;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                refused++;
            }
        }

        return $"{taken} were taken, {refused} refused; the other counts {await other.CountAsync(["one", "two"])}";
    }
}
