namespace Berth.Packaging.Settings;

/// <summary>Collects faults; hostile settings cannot make the list endless.</summary>
internal sealed class SettingsFaults
{
    private const int Max = 100;

    private readonly List<SettingsFault> _faults = [];

    public IReadOnlyList<SettingsFault> All => _faults;

    public void Add(string code, string pointer, string message)
    {
        if (_faults.Count < Max)
        {
            _faults.Add(new(code, pointer, message));
        }
        else if (_faults.Count == Max)
        {
            _faults.Add(new(SettingsFaultCodes.TooMany, "", $"There are more than {Max} faults. Correct these first."));
        }
    }
}
