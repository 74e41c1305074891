using Microsoft.CodeAnalysis;

namespace Berth.Sdk.Generators;

/// <summary>What a contract must be, so that its calls can cross the border of a process.</summary>
internal static class ContractRules
{
    private const string Category = "Berth.Contracts";

    public static readonly DiagnosticDescriptor Interface = Rule(
        "BERTH101", "A contract is a public interface of its own", "The contract {0} {1}");

    public static readonly DiagnosticDescriptor Member = Rule(
        "BERTH102", "A contract has methods only", "{0} cannot be called across plugins: {1}");

    public static readonly DiagnosticDescriptor Result = Rule(
        "BERTH103", "A call to another plugin is asynchronous", "{0} returns {1}: let it return Task, Task<T>, ValueTask, ValueTask<T> or IAsyncEnumerable<T>, because its provider may have to be loaded first, or run in another process");

    public static readonly DiagnosticDescriptor Data = Rule(
        "BERTH104", "What crosses is data", "{0} cannot cross to another plugin: {1}");

    public static readonly DiagnosticDescriptor Parameter = Rule(
        "BERTH105", "A parameter is a value", "The parameter {0} {1}");

    private static DiagnosticDescriptor Rule(string id, string title, string message) => new(
        id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        helpLinkUri: $"https://github.com/berth/berth/blob/main/docs/services.md#{id.ToLowerInvariant()}");
}
