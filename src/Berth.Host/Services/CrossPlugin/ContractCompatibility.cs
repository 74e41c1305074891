using System.Collections.Concurrent;
using Berth.Contracts;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>
/// Whether a consumer's build of a contract and a provider's understand each other. More operations and more optional members
/// are fine on either side; what is used must mean the same.
/// </summary>
internal static class ContractCompatibility
{
    private static readonly ConcurrentDictionary<(string, string), string> Known = new();

    /// <summary>What does not fit, as a sentence; empty when all does.</summary>
    public static string Problem(ServiceContract consumer, ServiceContract provider)
    {
        if (string.Equals(consumer.Fingerprint, provider.Fingerprint, StringComparison.Ordinal))
            return "";

        // Bounded: pairs of contracts that some version of this process's life was compiled with.
        if (Known.Count > 1_000)
            Known.Clear();
        return Known.GetOrAdd((consumer.Fingerprint, provider.Fingerprint), static (_, shapes) => string.Join("; ", Problems(shapes.Item1, shapes.Item2)), (consumer.Shape, provider.Shape));
    }

    /// <summary>Everything that does not fit.</summary>
    public static IReadOnlyList<string> Problems(ContractShape consumer, ContractShape provider)
    {
        var problems = new List<string>();
        var sent = new TypeWalk(consumer, provider, problems);
        var answered = new TypeWalk(provider, consumer, problems);
        foreach (var operation in consumer.Operations)
        {
            if (provider.Operations.FirstOrDefault(other => string.Equals(other.Key, operation.Key, StringComparison.Ordinal)) is not { } same)
            {
                problems.Add($"the provider has no {operation.Key}");
                continue;
            }

            if (!string.Equals(operation.Result, same.Result, StringComparison.Ordinal) || operation.IsStream != same.IsStream)
                problems.Add($"{operation.Key} answers {Answer(same)} and not {Answer(operation)}");
            foreach (var parameter in operation.Parameters)
                sent.Visit(parameter);
            answered.Visit(operation.Result);
        }

        return [.. problems.Distinct(StringComparer.Ordinal)];
    }

    private static string Answer(ContractOperation operation) =>
        operation.Result.Length == 0 ? "nothing" : operation.IsStream ? $"a stream of {operation.Result}" : operation.Result;

    // One direction: what the writer's build writes, read by the reader's.
    private sealed class TypeWalk(ContractShape writer, ContractShape reader, List<string> problems)
    {
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

        public void Visit(string type)
        {
            var name = type.Trim('[', ']', '{', '}', '?');
            if (!_seen.Add(name) || Find(writer, name) is not { } written || Find(reader, name) is not { } read)
                return;
            foreach (var member in read.Members)
            {
                var same = written.Members.FirstOrDefault(other => string.Equals(other.Name, member.Name, StringComparison.Ordinal));
                if (same is null && member.IsRequired)
                    problems.Add($"{name}.{member.Name} is required on one side and missing on the other");
                else if (same is not null && !string.Equals(same.Type, member.Type, StringComparison.Ordinal))
                    problems.Add($"{name}.{member.Name} is {same.Type} on one side and {member.Type} on the other");
                Visit(member.Type);
            }
        }

        private static ContractData? Find(ContractShape shape, string name) =>
            shape.Types.FirstOrDefault(type => string.Equals(type.Name, name, StringComparison.Ordinal));
    }
}
