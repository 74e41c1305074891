using Berth;

namespace Hostile.Contracts;

[ServiceContract]
public interface ILoop
{
    Task<string> AgainAsync();

    Task<int> CountAsync(IReadOnlyList<string> texts);
}
