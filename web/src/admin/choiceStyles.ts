// Styles of ticks and of choices of one, which only the dashboard has.
import '@mantine/core/styles/Checkbox.css';
import '@mantine/core/styles/Radio.css';
